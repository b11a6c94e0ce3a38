// temporary first version by the lead; replace
import type { Dir, FileSystem } from "../fs/file_system.ts";
import type { ContentIndex } from "./content_index.ts";
export async function syncIndex(_fs: FileSystem, _options: { root: Dir; index: ContentIndex; log: (level: "info" | "warning", message: string) => void }): Promise<void> {}
