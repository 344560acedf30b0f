// APP-6 symbols for everything on the map, drawn once into one picture.

import ms from "milsymbol";
import { make } from "../core/dom";
import type { Site, Target } from "../data/types";

const IDENTITY: Record<string, string> = { blue: "3", red: "6", neutral: "4" }; // friend, hostile, neutral
const SETS: Record<string, [string, string]> = { // symbol set and entity by class of target (APP-6D, annex A)
  aircraft: ["01", "110100"], civil: ["01", "120100"], drone: ["01", "110300"], decoy: ["01", "110131"], cruise: ["02", "110000"],
  ballistic: ["02", "110000"], arm: ["02", "110000"],
};
const GROUND: Record<string, [string, string]> = {
  "command post": ["10", "130100"], "fire unit": ["10", "130102"], asset: ["20", "120000"], radar: ["15", "220300"],
};
// Every browser that this page runs in draws paths. Left to find out, milsymbol reads a pixel back, and the first picture waits for
// the graphics card: a third of a second in a browser that has just been opened.
(ms as unknown as { setBrokenPath2D(broken: boolean): void }).setBrokenPath2D(false);

const SIZE = 34, CELL = 96, ACROSS = 8, RATIO = 2;

function code(side: string, set: [string, string], headquarters = false): string {
  return `100${IDENTITY[side] ?? "1"}${set[0]}0${headquarters ? "2" : "0"}00${set[1]}0000`;
}

/** Symbol code of a target; a class that is not known is an air track. */
export function codeOfTarget(target: Target): string { return code(target.side, SETS[target.kind] ?? ["01", "000000"]); }

/** Symbol code of something on the ground. */
export function codeOfSite(kind: Site["kind"] | "radar", side: string): string {
  return code(side, GROUND[kind] ?? ["20", "000000"], kind === "command post");
}

const pictures = new Map<string, string>();

/** The symbol as a picture, for legends and tables. */
export function symbolImage(sidc: string, size = 22): HTMLImageElement {
  let source = pictures.get(sidc);
  if (!source) pictures.set(sidc, source = `data:image/svg+xml,${encodeURIComponent(new ms.Symbol(sidc, { size: 40, ...STYLE }).asSVG())}`);
  return make("img", { src: source, alt: "", height: Math.round(1.7 * size), class: "symbol" });
}

const STYLE = { outlineColor: "rgba(255,255,255,0.75)", outlineWidth: 4, strokeWidth: 4 };

export interface Icon { x: number; y: number; width: number; height: number; anchorX: number; anchorY: number; mask: boolean }

/** All symbols that a run needs, in one picture for the graphics card. */
export class Atlas {
  readonly canvas = document.createElement("canvas");
  readonly icons: Record<string, Icon> = {};

  constructor(codes: Iterable<string>) {
    const all = [...new Set(codes)];
    this.canvas.width = ACROSS * CELL * RATIO;
    this.canvas.height = (Math.ceil(all.length / ACROSS) + 1) * CELL * RATIO;
    const context = this.canvas.getContext("2d")!;
    all.forEach((sidc, i) => {
      const symbol = new ms.Symbol(sidc, { size: SIZE, ...STYLE }), picture = symbol.asCanvas(RATIO) as HTMLCanvasElement;
      const anchor = symbol.getAnchor(), x = (i % ACROSS) * CELL * RATIO, y = Math.floor(i / ACROSS) * CELL * RATIO;
      context.drawImage(picture, x, y);
      this.icons[sidc] = { x, y, width: picture.width, height: picture.height, anchorX: anchor.x * RATIO, anchorY: anchor.y * RATIO, mask: false };
    });
    this.#marks(context, Math.ceil(all.length / ACROSS) * CELL * RATIO);
  }

  /** Marks that are coloured when they are drawn: a cross for the shot down, a star for what got through, a fuze. */
  #marks(context: CanvasRenderingContext2D, top: number): void {
    const cell = CELL * RATIO, r = 0.3 * cell;
    ["kill", "arrival", "fuze"].forEach((name, i) => {
      context.save();
      context.translate((i + 0.5) * cell, top + 0.5 * cell);
      context.strokeStyle = context.fillStyle = "#fff";
      context.lineWidth = 0.1 * cell;
      context.lineCap = "round";
      context.beginPath();
      if (name === "kill") { context.moveTo(-r, -r); context.lineTo(r, r); context.moveTo(r, -r); context.lineTo(-r, r); context.stroke(); }
      if (name === "arrival") {
        for (let k = 0; k < 16; k++) {
          const radius = k % 2 ? 0.5 * r : 1.25 * r, a = (k * Math.PI) / 8;
          context.lineTo(radius * Math.sin(a), -radius * Math.cos(a));
        }
        context.closePath();
        context.fill();
      }
      if (name === "fuze") { context.arc(0, 0, 0.8 * r, 0, 7); context.stroke(); }
      context.restore();
      this.icons[name] = { x: i * cell, y: top, width: cell, height: cell, anchorX: 0.5 * cell, anchorY: 0.5 * cell, mask: true };
    });
  }
}
