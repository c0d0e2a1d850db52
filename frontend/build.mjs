// Builds guichet/static/guichet/: desk.css, desk.js, icons.svg (each compressed too) and the font. `--watch` builds again on every change.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const product = join(here, "..", "guichet");
const target = join(product, "static", "guichet");
// Built beside the target and then moved over it file by file: a desk that runs meanwhile never misses one.
const out = join(here, "node_modules", ".built");
const modules = join(here, "node_modules");

/** All files below `folder` whose name matches; built files and dot folders are left out. */
function files(folder, pattern) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "static" || entry.name === "__pycache__") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path, pattern) : pattern.test(entry.name) ? [path] : [];
  });
}

// Names that reach the sprite as data: a view's, a theme's, a command's sign (desk/lists.py, desk/frame.py).
const ALSO = ["archive", "arrow-left", "circle-check", "circle-dashed", "circle-pause", "circle-user-round", "inbox", "lock"]
  .concat(["bell-off", "contrast", "eye", "monitor", "moon", "reply", "search", "sun", "tag", "users"])
  // Those that a saved view may wear (desk/lists/forms.py).
  .concat(["list-filter", "flag", "star", "flame", "bell", "bug", "building-2", "clock", "credit-card", "globe", "heart"])
  .concat(["key-round", "mail", "package", "phone", "printer", "server", "shield", "truck", "user-round", "wifi", "wrench"]);
const USED = /\bicon(?:\s+|=|\()["']([a-z0-9-]*[a-z0-9])["'](?!\s*\+)/g;

/** Names of the icons that are used: `icon "x"` and `icon="x"` in templates, `icon("x")` in Python and TypeScript. */
function iconNames() {
  const names = new Set(ALSO);
  const sources = [...files(product, /\.(html|txt|py)$/), ...files(join(here, "src"), /\.ts$/)];
  for (const path of sources)
    for (const [, name] of readFileSync(path, "utf8").matchAll(USED)) names.add(name);
  return names;
}

function symbol(name, svg) {
  const inside = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>[\s\S]*$/, "");
  const stroke = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${stroke}>${inside.replace(/\s+/g, " ").trim()}</symbol>`;
}

function sprite() {
  const own = new Map(files(join(here, "icons"), /\.svg$/).map((path) => [basename(path, ".svg"), path]));
  const names = [...new Set([...own.keys(), ...iconNames()])].sort();
  const symbols = names.map((name) =>
    symbol(name, readFileSync(own.get(name) ?? join(modules, "lucide-static", "icons", `${name}.svg`), "utf8")),
  );
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

function styles() {
  const cli = join(modules, "@tailwindcss", "cli", "dist", "index.mjs");
  const paths = ["-i", join(here, "src", "desk.css"), "-o", join(out, "desk.css"), "--minify"];
  execFileSync(process.execPath, [cli, ...paths], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
}

/** build.txt names this build; it is part of every address of a built file, so that browsers may keep them for ever. */
function digest() {
  const hash = createHash("sha256");
  for (const path of files(out, /./).sort()) if (!path.endsWith("build.txt")) hash.update(readFileSync(path));
  writeFileSync(join(out, "build.txt"), hash.digest("hex").slice(0, 12) + "\n");
}

/** Beside each text the same compressed, which the server sends to whoever takes it. */
function compress() {
  for (const path of files(out, /\.(css|js|svg)$/)) {
    const text = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(text));
  }
}

function moveOver() {
  for (const path of files(out, /./)) {
    const place = join(target, relative(out, path));
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, `${place}.new`);
    renameSync(`${place}.new`, place);
  }
}

async function all() {
  rmSync(out, { recursive: true, force: true });
  const fonts = join(modules, "@fontsource-variable", "inter", "files");
  mkdirSync(join(out, "fonts"), { recursive: true });
  for (const subset of ["latin", "latin-ext"])
    copyFileSync(join(fonts, `inter-${subset}-wght-normal.woff2`), join(out, "fonts", `inter-${subset}.woff2`));
  copyFileSync(join(here, "src", "mark.svg"), join(out, "mark.svg"));
  sprite();
  styles();
  await build({
    entryPoints: [join(here, "src", "desk.ts")],
    outfile: join(out, "desk.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  });
  // Fetched by desk.js when a reply box opens (src/rich.ts).
  await build({
    entryPoints: [join(here, "src", "editor.ts")],
    outfile: join(out, "editor.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  });
  for (const name of ["icon-192", "icon-512", "maskable-512", "badge-96"])
    copyFileSync(join(here, "icons", "app", `${name}.png`), join(out, `${name}.png`));
  await build({
    entryPoints: [join(here, "src", "sw.ts")],
    outfile: join(out, "sw.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    logLevel: "warning",
  });
  digest();
  compress();
  moveOver();
}

await all();
if (process.argv.includes("--watch")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => all().catch((error) => console.error(error.message)), 150);
  };
  watch(join(here, "src"), { recursive: true }, again);
  watch(product, { recursive: true }, (_, name) => name?.endsWith(".html") && again());
}
