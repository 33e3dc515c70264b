// Prints what a custom resource, as JSON on standard input, breaks of its schema: the program
// of `node --input-type=module -e`, with the arguments MODULE and KIND.
import { readFileSync } from "fs";

const [moduleName, kind] = process.argv.slice(-2);
const { [kind]: Resource } = await import(moduleName);
try {
  new Resource(JSON.parse(readFileSync(0, "utf8"))).validate();
} catch (error) {
  console.log(error.message);
}
