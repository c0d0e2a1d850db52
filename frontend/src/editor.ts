/** The rich box, a chunk of its own that is fetched when a reply box opens. A paragraph is a line, as in a mail program. */
import { Editor, Extension, type JSONContent } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import { Placeholder } from "@tiptap/extensions";
import { Fragment, Slice, type Node, type Schema } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import StarterKit from "@tiptap/starter-kit";
import { cleaned, wordsOf } from "./paste";

export interface Rich {
  focus(): void;
  /** Markup, or "" where plain text says it all. */
  html(): string;
  text(): string;
  set(text: string, html: string): void;
  /** At the caret, with what it replaces before it (a typed "/word"). */
  insert(html: string, replacing?: number): void;
  /** The words from the start of the line to the caret, and where the caret stands on the screen. */
  before(): { text: string; left: number; top: number; bottom: number };
  destroy(): void;
}

export interface Around {
  area: HTMLTextAreaElement;
  bar: HTMLElement | null;
  /** Sends a picture up; the address it can be seen under meanwhile. */
  upload(file: File): Promise<{ picture: string; name: string } | null>;
  changed(): void;
  /** What a menu beside the box wants of a key; true where it took it. */
  key(event: KeyboardEvent): boolean;
}

const paragraph = (line: string): JSONContent =>
  line ? { type: "paragraph", content: [{ type: "text", text: line }] } : { type: "paragraph" };
const asDocument = (text: string): JSONContent => ({ type: "doc", content: text.split("\n").map(paragraph) });

/** Ctrl and Enter send the letter. */
const Keys = Extension.create({
  name: "keys",
  priority: 1000,
  addKeyboardShortcuts() {
    return { "Mod-Enter": () => true };
  },
});

/** Placeholders that nobody could fill stand out until somebody does. */
const Open = Extension.create({
  name: "open",
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        decorations: ({ doc }) => {
          const found: Decoration[] = [];
          doc.descendants((node, at) => {
            for (const match of node.text?.matchAll(/\{[a-z_]+\.?[a-z_]*\}/g) ?? [])
              found.push(Decoration.inline(at + match.index, at + match.index + match[0].length, { class: "unfilled" }));
          });
          return DecorationSet.create(doc, found);
        },
      },
    }),
  ],
});

function linkOf(node: Node): string {
  return String(node.marks.find((mark) => mark.type.name === "link")?.attrs["href"] ?? "");
}

function isPlainText(node: Node): boolean {
  const address = linkOf(node).replace(/\/$/, "");
  return node.marks.length === 0 || (node.marks.length === 1 && address === (node.text ?? "").replace(/\/$/, ""));
}

function isPlain(doc: Node): boolean {
  let is = true;
  doc.descendants((node) => {
    is &&= node.isText ? isPlainText(node) : ["paragraph", "hardBreak"].includes(node.type.name);
    return is;
  });
  return is;
}

function inlineText(block: Node): string {
  let out = "";
  block.forEach((node, _offset, index) => {
    if (node.type.name === "hardBreak") out += "\n";
    else if (node.type.name === "image") out += `[${String(node.attrs["alt"] ?? "…")}]`;
    else {
      out += node.text ?? "";
      const next = index + 1 < block.childCount ? block.child(index + 1) : null;
      const address = linkOf(node).replace(/^(mailto|tel):/, "");
      if (address && !isPlainText(node) && !(next && linkOf(next) === linkOf(node))) out += ` <${address}>`;
    }
  });
  return out;
}

/** As the letter reads without markup; what the mail's plain part says is made at the desk in the same way. */
function linesOf(node: Node): string[] {
  const lines: string[] = [];
  const gap = () => lines.length && lines[lines.length - 1] && lines.push("");
  node.forEach((child, _offset, index) => {
    const name = child.type.name;
    if (name === "paragraph") return void lines.push(...inlineText(child).split("\n"));
    if (name === "bulletList" || name === "orderedList") {
      if (node.type.name === "doc") gap();
      child.forEach((item, _at, place) => {
        const sign = name === "bulletList" ? "- " : `${Number(child.attrs["start"] ?? 1) + place}. `;
        linesOf(item).forEach((line, at) => lines.push((at ? " ".repeat(sign.length) : sign) + line));
      });
    } else {
      gap();
      if (name === "blockquote") lines.push(...linesOf(child).map((line) => `> ${line}`.trimEnd()));
      else if (name === "horizontalRule") lines.push("-".repeat(20));
      else lines.push(...child.textContent.split("\n"));
    }
    if (node.type.name === "doc" && index + 1 < node.childCount) gap();
  });
  return lines;
}

function pasted(text: string, schema: Schema): Slice {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const nodes = lines.map((line) => schema.node("paragraph", null, line ? [schema.text(line)] : []));
  return Slice.maxOpen(Fragment.from(nodes));
}

const ACTS: Record<string, (editor: Editor) => unknown> = {
  bold: (editor) => editor.chain().focus().toggleBold().run(),
  italic: (editor) => editor.chain().focus().toggleItalic().run(),
  bulletList: (editor) => editor.chain().focus().toggleBulletList().run(),
  orderedList: (editor) => editor.chain().focus().toggleOrderedList().run(),
  blockquote: (editor) => editor.chain().focus().toggleBlockquote().run(),
  code: (editor) =>
    editor.state.selection.empty || editor.isActive("codeBlock")
      ? editor.chain().focus().toggleCodeBlock().run()
      : editor.chain().focus().toggleCode().run(),
};

function toolbar(editor: Editor, bar: HTMLElement): () => void {
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>("[data-format]")];
  const line = bar.querySelector<HTMLElement>("[data-link-line]");
  const address = line?.querySelector("input") ?? null;
  const openLink = () => {
    if (!line || !address) return;
    line.hidden = false;
    address.value = String(editor.getAttributes("link")["href"] ?? "");
    address.select();
    address.focus();
  };
  const setLink = () => {
    if (!line || !address) return;
    line.hidden = true;
    const words = address.value.trim();
    const href = !words || /^(https?:\/\/|mailto:|tel:)/i.test(words) ? words : /^[^\s@/]+@[^\s@/]+$/.test(words) ? `mailto:${words}` : `https://${words}`;
    const chain = editor.chain().focus().extendMarkRange("link");
    if (!href) return void chain.unsetLink().run();
    if (editor.state.selection.empty && !editor.isActive("link"))
      return void chain.insertContent({ type: "text", text: words, marks: [{ type: "link", attrs: { href } }] }).run();
    chain.setLink({ href }).run();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const name = target.closest<HTMLElement>("[data-format]")?.dataset["format"] ?? "";
    if (name === "link") openLink();
    else if (ACTS[name]) ACTS[name](editor);
    if (target.closest("[data-link-set]")) setLink();
  };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target === address) {
      if (event.key === "Enter") setLink();
      else if (event.key === "Escape" && line) {
        line.hidden = true;
        editor.commands.focus();
      } else return;
      event.preventDefault();
      return event.stopPropagation();
    }
    const all = [...bar.querySelectorAll<HTMLElement>("button")].filter((button) => button.offsetParent !== null);
    const at = all.indexOf(target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at >= 0 && next !== undefined) {
      event.preventDefault();
      all.forEach((button) => (button.tabIndex = -1));
      const other = all[(next + all.length) % all.length];
      if (other) other.tabIndex = 0;
      other?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      editor.commands.focus();
    }
  };
  const show = () => {
    for (const button of buttons) {
      const name = button.dataset["format"] ?? "";
      button.setAttribute("aria-pressed", String(editor.isActive(name) || (name === "code" && editor.isActive("codeBlock"))));
    }
  };
  bar.querySelectorAll<HTMLElement>("button").forEach((button, at) => (button.tabIndex = at ? -1 : 0));
  bar.addEventListener("click", onClick);
  bar.addEventListener("keydown", onKey);
  // The caret stays where it is while a button is pressed.
  const hold = (event: Event) => (event.target as HTMLElement).closest("[data-format]") && event.preventDefault();
  bar.addEventListener("mousedown", hold);
  editor.on("transaction", show);
  return () => {
    bar.removeEventListener("click", onClick);
    bar.removeEventListener("keydown", onKey);
    bar.removeEventListener("mousedown", hold);
  };
}

export function mount({ area, bar, upload, changed, key }: Around, html: string): Rich {
  const place = document.createElement("div");
  place.className = "rich-place";
  area.after(place);
  const put = async (files: Iterable<File>) => {
    for (const file of files) {
      const got = await upload(file);
      if (got) editor.chain().focus().insertContent([{ type: "image", attrs: { src: got.picture, alt: got.name } }, { type: "text", text: " " }]).run();
    }
  };
  const pictures = (files: FileList | undefined) => [...(files ?? [])].filter((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type));
  const editor: Editor = new Editor({
    element: place,
    injectCSS: false, // the policy of the page refuses style elements; composer.css has what is needed
    content: html || asDocument(area.value),
    coreExtensionOptions: { clipboardTextSerializer: { blockSeparator: "\n" } },
    extensions: [
      Keys,
      Open,
      StarterKit.configure({
        heading: { levels: [2, 3] },
        trailingNode: false,
        link: { openOnClick: false, defaultProtocol: "https", protocols: ["mailto", "tel"], HTMLAttributes: { target: null, rel: null, class: null } },
      }),
      Image.configure({ inline: true, allowBase64: false }),
      Placeholder.configure({ placeholder: area.placeholder }),
    ],
    editorProps: {
      attributes: {
        id: `${area.id}-rich`,
        class: "composer-text rich",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": area.labels?.[0]?.textContent ?? area.placeholder,
      },
      transformPastedHTML: (source) => cleaned(source, (files) => void put(files)),
      clipboardTextParser: (text, context) => pasted(text, context.doc.type.schema),
      handlePaste: (_view, event) => {
        const files = pictures(event.clipboardData?.files);
        // Word and Excel add a picture of the words that they bring as markup, too.
        if (!files.length || wordsOf(event.clipboardData?.getData("text/html") ?? "")) return false;
        void put(files);
        return true;
      },
      handleDrop: (view, event, _slice, isMoved) => {
        const files = pictures(event.dataTransfer?.files);
        if (isMoved || !files.length || files.length < (event.dataTransfer?.files.length ?? 0)) return false;
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
        if (at) editor.commands.setTextSelection(at.pos);
        event.preventDefault();
        void put(files);
        return true;
      },
      handleKeyDown: (_view, event) => {
        if (key(event)) return true;
        if (event.key.toLowerCase() === "k" && event.shiftKey && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          bar?.querySelector<HTMLElement>('[data-format="link"]')?.click();
          return true;
        }
        if (event.key === "F10" && event.altKey) {
          event.preventDefault();
          bar?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
          return true;
        }
        return false;
      },
    },
    onUpdate: changed,
  });
  const release = bar ? toolbar(editor, bar) : () => undefined;
  // Whoever goes on with what was begun goes on at its end.
  editor.commands.setTextSelection(editor.state.doc.content.size);
  if (document.activeElement === area) {
    const [from, to] = [area.selectionStart, area.selectionEnd];
    const placeOf = (at: number) => at + area.value.slice(0, at).split("\n").length;
    if (from === 0 && to === area.value.length && to) editor.commands.selectAll();
    else if (!html) editor.commands.setTextSelection({ from: placeOf(from), to: placeOf(to) });
    editor.view.focus();
  }
  return {
    focus: () => void editor.commands.focus(),
    html: () => (isPlain(editor.state.doc) ? "" : editor.getHTML()),
    text: () => linesOf(editor.state.doc).join("\n"),
    set: (text, markup) => {
      editor.commands.setContent(markup || asDocument(text), { emitUpdate: false });
      editor.commands.setTextSelection(editor.state.doc.content.size);
    },
    insert: (markup, replacing = 0) => {
      const { from, to } = editor.state.selection;
      if (replacing) editor.commands.deleteRange({ from: from - replacing, to });
      // A single line joins the one the caret stands in.
      const line = /^<p>((?:(?!<\/?p>)[^])*)<\/p>$/.exec(markup)?.[1];
      editor.chain().focus().insertContent(line ?? markup).run();
    },
    before: () => {
      const { $from } = editor.state.selection;
      const at = editor.view.coordsAtPos($from.pos);
      return { text: $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc"), ...at };
    },
    destroy: () => {
      release();
      editor.destroy();
      place.remove();
    },
  };
}

