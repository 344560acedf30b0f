/** A value that others can watch. */
export class Signal<T> {
  #value: T;
  #watchers = new Set<(value: T, before: T) => void>();

  constructor(value: T) { this.#value = value; }

  get value(): T { return this.#value; }

  set value(next: T) {
    if (Object.is(next, this.#value)) return;
    const before = this.#value;
    this.#value = next;
    for (const watch of [...this.#watchers]) watch(next, before);
  }

  /** Calls now, unless told otherwise, and at every change; gives back what ends it. */
  watch(act: (value: T, before: T) => void, now = true): () => void {
    this.#watchers.add(act);
    if (now) act(this.#value, this.#value);
    return () => { this.#watchers.delete(act); };
  }
}
