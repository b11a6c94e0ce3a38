/** One run of a command, in a place that all of them share. */
export interface JsonStep {
  /** The command line but for `--json`, without spaces in its words. */
  readonly run: string;
  readonly code: number;
  /** Messages that it writes, beside others that the schema has. */
  readonly writes: string;
  /** A shell script that is run in the place before. */
  readonly before?: string;
}

/** Makes the place, in an empty directory: `source`, an empty `root`, and some configurations. */
export const MAKE_PLACE = `
mkdir -p source/dir/sub root empty
echo one >source/a
echo one >source/b
echo two >source/dir/c
echo bad >$'source/bad\\xff'
ln -s $'to\\xff' source/dir/link
mkfifo source/dir/pipe
printf '[[job]]\\nid = "one"\\nsource = "source"\\ndestination = "root"\\n' >jobs.toml
printf '[[job]]\\nid = "two"\\nsource = "gone"\\ndestination = "root"\\n' >>jobs.toml
`;

/** A web server that answers one call, and a configuration that names it. */
const SERVE = `
cat >serve.py <<'END'
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.end_headers()
server = HTTPServer(("127.0.0.1", 0), Handler)
server.timeout = 60
with open("served.toml", "w") as file:
    file.write(f'notify.ping.url = "http://127.0.0.1:{server.server_port}/x"\\n')
server.handle_request()
END
python3 serve.py </dev/null >/dev/null 2>&1 &
until [ -s served.toml ]; do sleep 0.02; done
chmod 600 served.toml
printf 'hooks.run_before = "true"\\nnotify.ping.url = "http://127.0.0.1:2/x"\\n' >unserved.toml
chmod 600 unserved.toml
`;

/** What happens to the source between two backups. */
const CHANGE_SOURCE = `
mv source/dir/c source/moved
echo new >source/new
echo ONE >source/a
chmod 600 source/b
`;

/** A stored file is not what it was: with another time, and with another content. */
const TOUCH_STORED = "touch -d 2001-01-01 root/source/2*/dir/c; echo two >source/copy";
const DAMAGE_STORED = `
f=$(echo root/source/2*/new); t=$(stat -c %y "\${f##* }")
printf bad >"\${f##* }"; printf '\\n' >>"\${f##* }"; touch -d "$t" "\${f##* }"
`;

/** Two snapshots that another program left, without any file of phlb's. */
const MAKE_OLD = `
mkdir -p old/data/2020-01-0{1,2}-120000 rsync/daily.{0,1}
for d in old/data/* rsync/*; do echo same >$d/file; echo more >$d/other; done
`;

/**
 * Every command: when all is well, with problems where it can have some, and with an error. The
 * order matters: later steps work on what earlier ones made.
 */
export const JSON_STEPS: readonly JsonStep[] = [
  { run: "backup", code: 2, writes: "exit_error" },
  { run: "backup source root --tag one -vv", code: 0, writes: "summary log" },
  { run: "backup --all --config jobs.toml", code: 1, writes: "summary exit_error" },
  { run: "backup source root", code: 0, writes: "summary", before: CHANGE_SOURCE },
  { run: "backup source root", code: 3, writes: "error summary", before: TOUCH_STORED },
  { run: "backup source root --dry-run", code: 0, writes: "summary" },
  { run: "notify test --config served.toml", code: 0, writes: "notification", before: SERVE },
  { run: "notify test --config unserved.toml", code: 1, writes: "notification" },
  { run: "notify test", code: 2, writes: "exit_error" },
  {
    run: "backup source/dir root --config unserved.toml",
    code: 0,
    writes: "hook notification log summary",
  },
  { run: "snapshots root", code: 0, writes: "snapshot" },
  { run: "snapshots", code: 2, writes: "exit_error" },
  { run: "path source/latest:dir --root root", code: 0, writes: "path" },
  { run: "path gone --root root", code: 2, writes: "exit_error" },
  { run: "ls source/latest -R --root root", code: 0, writes: "snapshot node" },
  { run: "ls gone --root root", code: 2, writes: "exit_error" },
  { run: "find a b* l* --root root --name source", code: 0, writes: "match summary" },
  { run: "find --root root", code: 2, writes: "exit_error" },
  { run: "history dir --root root", code: 0, writes: "history" },
  { run: "history moved --root root", code: 0, writes: "history" },
  { run: "history dir/c --root root", code: 0, writes: "history" },
  { run: "history gone --root root", code: 2, writes: "exit_error" },
  { run: "diff source/latest~2 source/latest --root root --metadata", code: 0, writes: "change" },
  { run: "diff source/latest --root root", code: 0, writes: "change statistics" },
  { run: "diff gone --root root", code: 2, writes: "exit_error" },
  { run: "compare source root", code: 0, writes: "summary" },
  {
    run: "compare source root --checksum-both",
    code: 3,
    writes: "difference summary",
    before: "echo more >>source/a; rm source/b; mkdir source/b; chmod 700 source/dir",
  },
  { run: "compare source nowhere", code: 10, writes: "exit_error" },
  {
    run: "explain source/a --source source --root root --check",
    code: 0,
    writes: "explanation stored_version",
  },
  { run: "explain /elsewhere --source source", code: 2, writes: "exit_error" },
  { run: "stats --root root", code: 0, writes: "snapshot_stats stats" },
  { run: "stats source/latest source/latest~1 --root root", code: 0, writes: "stats" },
  { run: "stats --quick --root root", code: 0, writes: "snapshot_stats stats" },
  { run: "stats --root gone", code: 10, writes: "exit_error" },
  { run: "verify --root root", code: 0, writes: "verified_snapshot summary" },
  { run: "verify --fast --sample 5% --root root", code: 2, writes: "exit_error" },
  {
    run: "verify --all --root root",
    code: 3,
    writes: "error verified_snapshot summary",
    before: DAMAGE_STORED,
  },
  { run: "explain source/new --source source --root root --check", code: 3, writes: "explanation" },
  { run: "restore source/latest out --root root", code: 3, writes: "error summary" },
  { run: "restore source/latest out2 --root root --dry-run", code: 0, writes: "plan summary" },
  { run: "restore source/latest:dir out3 --root root --verify", code: 0, writes: "summary" },
  { run: "restore source/latest out --root root", code: 2, writes: "exit_error" },
  { run: "repair --root root --dry-run", code: 3, writes: "healed summary" },
  { run: "repair --root root", code: 0, writes: "healed summary" },
  {
    run: "repair --root root",
    code: 3,
    writes: "error summary",
    before: "rm source/copy source/moved root/source/2*/{dir/c,copy,moved}",
  },
  { run: "repair --all source/latest", code: 2, writes: "exit_error" },
  { run: "pin source/latest~2 --root root", code: 0, writes: "marked" },
  { run: "pin gone --root root", code: 2, writes: "exit_error" },
  { run: "unpin source/latest~2 --root root", code: 0, writes: "marked" },
  { run: "unpin gone --root root", code: 2, writes: "exit_error" },
  { run: "tag source/latest --add two --root root", code: 0, writes: "marked" },
  { run: "tag gone --root root", code: 2, writes: "exit_error" },
  { run: "note source/latest text --root root", code: 0, writes: "marked" },
  { run: "note gone --root root", code: 2, writes: "exit_error" },
  { run: "remove source/latest~2 --root root", code: 0, writes: "removed" },
  { run: "remove gone --root root", code: 2, writes: "exit_error" },
  { run: "trash list root", code: 0, writes: "trash_summary trash" },
  { run: "trash list nowhere", code: 10, writes: "exit_error" },
  { run: "stats --root root", code: 0, writes: "stats" },
  { run: "trash restore source/ --root root", code: 0, writes: "trash_restored" },
  { run: "trash restore gone --root root", code: 2, writes: "exit_error" },
  { run: "prune root --keep-last 1", code: 3, writes: "prune_snapshot prune error" },
  { run: "prune root --keep-last 9 --free 1K", code: 0, writes: "prune_snapshot prune" },
  { run: "prune root", code: 2, writes: "exit_error" },
  { run: "trash empty --root root", code: 0, writes: "trash_emptied" },
  { run: "trash empty gone --root root", code: 2, writes: "exit_error" },
  {
    run: "forget-path source/latest a --dry-run --root root",
    code: 0,
    writes: "forgotten summary",
  },
  {
    run: "forget-path source/latest a --root root",
    code: 0,
    writes: "forgotten staying summary",
    before: "f=$(ls -d root/source/2*/ | tail -1); ls $f",
  },
  { run: "forget-path source/latest a --root root", code: 0, writes: "forgotten_before" },
  { run: "forget-path --all-snapshots gone --root root", code: 2, writes: "exit_error" },
  { run: "verify --root root", code: 3, writes: "verified_snapshot" },
  { run: "history a --root root", code: 0, writes: "history" },
  { run: "add rsync", code: 0, writes: "adoptable summary", before: MAKE_OLD },
  { run: "add nowhere", code: 10, writes: "exit_error" },
  { run: "add rsync --adopt --name n --dry-run", code: 0, writes: "plan summary" },
  { run: "rebuild old --dry-run --link", code: 0, writes: "plan summary" },
  { run: "rebuild old --link", code: 0, writes: "summary" },
  { run: "add old", code: 0, writes: "adoptable summary", before: "mv rsync/* old/" },
  { run: "rebuild empty", code: 10, writes: "exit_error" },
  {
    run: "rebuild old",
    code: 3,
    writes: "error summary",
    before: "echo MORE >old/data/2020-01-01-120000/other",
  },
  { run: "doctor root --source source", code: 0, writes: "examined_root examined_source" },
  { run: "doctor root --source source --max-duration 0s", code: 0, writes: "finding" },
  { run: "doctor root --bench", code: 0, writes: "examined_root measurement summary" },
  { run: "doctor nowhere", code: 10, writes: "exit_error" },
  { run: "rescue-kit root", code: 0, writes: "rescue_file" },
  { run: "rescue-kit nowhere", code: 10, writes: "exit_error" },
  { run: "backup source root2", code: 0, writes: "summary", before: "mkdir root2" },
  {
    run: "schedule install --print --backend systemd --system --config schedule.toml",
    code: 0,
    writes: "schedule_file",
    before:
      `printf 'source="source"\\ndestination="root2"\\n[schedule]\\nevery="daily 02:30"' >schedule.toml`,
  },
  {
    run: "schedule install --backend cron --config schedule.toml",
    code: 0,
    writes: "schedule_installed",
  },
  { run: "schedule install --config jobs.toml", code: 2, writes: "exit_error" },
  { run: "schedule list --backend cron --config schedule.toml", code: 0, writes: "schedule" },
  { run: "schedule list --config gone.toml", code: 2, writes: "exit_error" },
  {
    run: "schedule remove --backend cron --config schedule.toml",
    code: 0,
    writes: "schedule_removed",
  },
  { run: "status --config schedule.toml", code: 0, writes: "job_status root_status" },
  {
    run: "status --notify --config late.toml",
    code: 3,
    writes: "job_status root_status notification",
    before: `printf 'source="source"\\ndestination="root2"\\nname="late"\\n` +
      `notify.webhook.url="http://127.0.0.1:2/x"\\nschedule.every="daily 02:30"' >late.toml; ` +
      "chmod 600 late.toml",
  },
  { run: "status --config gone.toml", code: 2, writes: "exit_error" },
  { run: "helper empty", code: 0, writes: "helper_file" },
  {
    run: "helper empty",
    code: 1,
    writes: "exit_error",
    before: "echo mine >>empty/phlb-edit-config.sh",
  },
  { run: "schedule remove --backend systemd", code: 2, writes: "exit_error" },
  { run: "schedule show --config schedule.toml", code: 0, writes: "calendar" },
  { run: "schedule show sometimes", code: 2, writes: "exit_error" },
  {
    run: "schedule run --now --config hooked.toml",
    code: 0,
    writes: "hook notification summary",
    before: "cat unserved.toml schedule.toml >hooked.toml; chmod 600 hooked.toml",
  },
  { run: "schedule run --config gone.toml", code: 2, writes: "exit_error" },
  { run: "config --config new.toml", code: 0, writes: "config_created config_check" },
  { run: "config", code: 1, writes: "exit_error" },
  { run: "config show --config jobs.toml", code: 0, writes: "config" },
  { run: "config show --config gone.toml", code: 2, writes: "exit_error" },
  { run: "config path", code: 0, writes: "config_path" },
  { run: "config check --config jobs.toml", code: 0, writes: "config_check" },
  { run: "config check --config gone.toml", code: 2, writes: "exit_error" },
  { run: "config init made.toml", code: 0, writes: "config_created" },
  { run: "config init made.toml", code: 1, writes: "exit_error" },
  { run: "config schema", code: 0, writes: "schema" },
  { run: "json-schema", code: 0, writes: "schema" },
  { run: "completion bash", code: 0, writes: "completion" },
  { run: "completion tcsh", code: 2, writes: "exit_error" },
  { run: "complete backu", code: 0, writes: "candidate" },
  { run: "man manual", code: 0, writes: "man_page" },
  { run: "man --print ls", code: 0, writes: "man_page" },
  { run: "man", code: 2, writes: "exit_error" },
  { run: "help trash restore", code: 0, writes: "help" },
  { run: "help exit-codes", code: 0, writes: "help" },
  { run: "help nosuch", code: 2, writes: "exit_error" },
  { run: "version", code: 0, writes: "version" },
  { run: "version --url http://releases.test/newer", code: 3, writes: "version_check" },
  { run: "version --check", code: 2, writes: "exit_error" },
];

/** Commands of which nothing can go wrong but the command line. */
export const NEVER_FAIL: readonly string[] = [
  "complete",
  "config path",
  "config schema",
  "json-schema",
];
