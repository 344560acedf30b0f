// Tabs as the ARIA practices describe them: arrows move between them, the panel of the chosen one is shown.

import { make } from "../core/dom";

export class Tabs {
  readonly element = make("div", { class: "tabs" });
  #bar = make("div", { role: "tablist", class: "tab-bar" });
  #panel = make("div", { role: "tabpanel", class: "tab-panel", tabindex: "0" });
  #tabs: { id: string; button: HTMLButtonElement; show: () => HTMLElement; at: number }[] = [];
  chosen = "";

  constructor() {
    this.element.append(this.#bar, this.#panel);
    this.#bar.addEventListener("keydown", (event) => {
      const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!way) return;
      const i = this.#tabs.findIndex(({ id }) => id === this.chosen), next = this.#tabs[(i + way + this.#tabs.length) % this.#tabs.length]!;
      this.show(next.id);
      next.button.focus();
      event.preventDefault();
    });
  }

  add(id: string, word: string, show: () => HTMLElement): void {
    const button = make("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-selected": "false", tabindex: "-1" }, word);
    button.addEventListener("click", () => this.show(id));
    this.#tabs.push({ id, button, show, at: 0 });
    this.#bar.append(button);
  }

  show(id: string): void {
    for (const tab of this.#tabs) {
      const on = tab.id === id;
      if (tab.id === this.chosen && !on) tab.at = this.#panel.scrollTop;
      tab.button.setAttribute("aria-selected", String(on));
      tab.button.tabIndex = on ? 0 : -1;
      if (on) { this.#panel.replaceChildren(tab.show()); this.#panel.setAttribute("aria-labelledby", tab.button.id); this.#panel.scrollTop = tab.at; }
    }
    this.chosen = id;
  }
}
