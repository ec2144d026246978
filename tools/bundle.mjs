// Bundles the viewer's scripts and styles, with Leaflet, into hashed files that a browser may keep
// for ever. Every *.js and *.css directly in web/ is an entry; files in its folders are imported.
// static/manifest.json maps each entry's name to its file: {"map.js": "map-ABCD1234.js", …}.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "server/viewer/web");
const target = join(root, "server/viewer/static");

async function bundle() {
  const names = (await readdir(source)).filter((name) => /\.(js|css)$/.test(name)).sort();
  const result = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join(source, name)),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir: target,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "linked",
    loader: { ".png": "file", ".svg": "file" },
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const files = new Map(
    result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]),
  );
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) manifest[basename(output.entryPoint)] = basename(path);
  }
  return { files, manifest };
}

// The licences ask to be handed on whole with what is made from their code. Of a package that comes
// without its text, that is in tools/licences.
async function licences() {
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const packages = new Map();
  for (const name of Object.keys(dependencies)) await addPackage(name, packages);
  const texts = [...packages].sort().map(([name, { version, licence }]) => `${name} ${version}\n\n${licence}\n`);
  return Buffer.from(texts.join("\n\n"));
}

// Adds a package and what it rests on; types hold no code.
async function addPackage(name, packages) {
  if (packages.has(name) || name.startsWith("@types/")) return;
  const folder = join(root, "node_modules", name);
  const { version, dependencies = {} } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  const path = file ? join(folder, file) : join(root, "tools/licences", `${name}.txt`);
  packages.set(name, { version, licence: (await readFile(path, "utf8")).trim() });
  for (const each of Object.keys(dependencies)) await addPackage(each, packages);
}

// The manifest is replaced after the files that it names are there, and before old ones go, so that
// a server starting meanwhile finds a whole bundle.
async function replace(files, manifest) {
  await mkdir(target, { recursive: true });
  for (const [name, contents] of files) await writeFile(join(target, name), contents);
  const draft = join(target, "manifest.json.new");
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(draft, join(target, "manifest.json"));
  const old = (await readdir(target)).filter((name) => name !== "manifest.json" && !files.has(name));
  await Promise.all(old.map((name) => rm(join(target, name))));
}

const { files, manifest } = await bundle();
const licence = await licences();
const digest = createHash("sha256").update(licence).digest("hex").slice(0, 8).toUpperCase();
manifest["licences.txt"] = `licences-${digest}.txt`;
files.set(manifest["licences.txt"], licence);
await replace(files, manifest);

const bytes = [...files.values()].reduce((sum, contents) => sum + contents.length, 0);
console.log(`bundled ${files.size} files, ${Math.ceil(bytes / 1024)} KiB`);
