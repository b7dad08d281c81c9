// Imported before everything else: what the other files need isn't there in older versions.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

if (!isNewEnough) {
  console.error(
    `error: Node.js ${process.versions.node} is too old for sequence-remote-api; it must be 20.19 or later, or 22.12 or later: install a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}
