/** The one of `known` that `text` most likely was meant to be; `undefined` when none is near. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const wanted = normal(text);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = distanceTo(wanted, candidate);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

/** A key in the wrong table is nearer than a misspelt one. */
function distanceTo(wanted: string, candidate: string): number {
  const full = normal(candidate);
  const leaf = (key: string) => key.slice(key.lastIndexOf(".") + 1);
  const elsewhere = leaf(wanted) === leaf(full) ? 1 : Infinity;
  return Math.min(editDistance(wanted, full), elsewhere);
}

function normal(text: string): string {
  return text.toLowerCase().replaceAll("-", "_").replaceAll("'", "");
}

/** Least number of characters to insert, delete, change or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let old = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(old, j) + 1, at(row, j - 1) + 1, at(old, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(older, j - 2) + 1);
      row.push(cost);
    }
    older = old;
    old = row;
  }
  return at(old, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
