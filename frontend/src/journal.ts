/** A second copy of what is being written. A browser that is killed loses the last seconds of localStorage, and brings back there what
 *  was already gone; of a database it loses nothing. Of what ended a line stays here for a day, to tell it from what was lost. */
const STORE = "drafts";
const LONGEST = 1_500;
const DAY = 86_400_000;
const waiting = new Map<string, string>();
let database: Promise<IDBDatabase> | null = null;
let isWriting = false;

function opened(): Promise<IDBDatabase> {
  database ??= new Promise((done, failed) => {
    const asked = indexedDB.open("guichet", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return database;
}

/** One write after the other; of several to the same key the last. */
async function writeAll(): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  try {
    const db = await opened();
    while (waiting.size) {
      const act = db.transaction(STORE, "readwrite", { durability: "strict" });
      for (const [key, value] of waiting) act.objectStore(STORE).put(value, key);
      waiting.clear();
      const written = new Promise((done, failed) => {
        act.oncomplete = done;
        act.onabort = failed;
      });
      act.commit();
      await written;
    }
  } catch {
    waiting.clear(); // a browser that keeps nothing: localStorage and the desk have it
  }
  isWriting = false;
}

/** `value` is JSON that begins with its time; null says that there is nothing any more. */
export function write(key: string, value: string | null): void {
  waiting.set(key, value ?? ended());
  void writeAll();
}

const ended = () => JSON.stringify({ at: Date.now() });
const isEnd = (value: string) => /^\{"at":\d+\}$/.test(value);
export const writtenAt = (value: string | null): number => Number(/^\{"at":(\d+)/.exec(value ?? "")?.[1] ?? 0);

async function all(): Promise<[string, string][]> {
  const store = (await opened()).transaction(STORE).objectStore(STORE);
  return new Promise((done, failed) => {
    const found: [string, string][] = [];
    const asked = store.openCursor();
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      const at = asked.result;
      if (!at) return done(found);
      found.push([String(at.key), String(at.value)]);
      at.continue();
    };
  });
}

/** Brings localStorage up to what was written or ended before the browser was killed. */
export async function recall(prefix: string): Promise<void> {
  const late = new Promise<[string, string][]>((done) => setTimeout(() => done([]), LONGEST));
  for (const [key, value] of await Promise.race([all(), late])) {
    if (!key.startsWith(prefix) || writtenAt(value) <= writtenAt(localStorage.getItem(key))) continue;
    if (!isEnd(value)) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
    if (isEnd(value) && writtenAt(value) < Date.now() - DAY) void remove(key);
  }
}

async function remove(key: string): Promise<void> {
  (await opened()).transaction(STORE, "readwrite").objectStore(STORE).delete(key);
}

/** Whoever signs out leaves nothing behind. */
export function forget(): void {
  waiting.clear();
  const clear = (db: IDBDatabase) => {
    const act = db.transaction(STORE, "readwrite");
    act.objectStore(STORE).clear();
    act.commit();
  };
  void opened().then(clear, () => undefined);
}
