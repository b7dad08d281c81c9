// Imported before everything else: what the other files need isn't there in older versions. 20.19 isn't asked for any more, because its
// own support and that of the newest @pulumi/pulumi have ended, but it runs, and the tests pass on it.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

if (!isNewEnough) {
  console.error(
    `error: Node.js ${process.versions.node} is too old for sequence-remote-api; it must be 22.12 or newer: install one from https://nodejs.org.`,
  );
  process.exit(1);
}
