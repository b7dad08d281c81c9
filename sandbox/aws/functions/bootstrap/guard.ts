// Kills the sandbox's function processes when the sandbox itself is gone, even if it was killed and even if they are busy.
// Its standard input comes from the sandbox: `+<pid>` and `-<pid>` lines; the end of it means that the sandbox ended.
const watched = new Set<number>();
let rest = "";

process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const pid = Number(line.slice(1));
    if (line.startsWith("+")) watched.add(pid);
    else watched.delete(pid);
  }
});
process.stdin.on("close", () => {
  for (const pid of watched) {
    try {
      // The process leads a group of its own, so this reaches what it started as well. Windows has no groups.
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  process.exit();
});
