// The area seen and the area engageable at the height chosen, painted for the part of the map that is on the screen.

import type { CanvasSource, Map as MapLibre } from "maplibre-gl";
import { onceAFrame } from "../core/dom";
import { rgb } from "../core/theme";
import { type Cover, CoverRaster } from "../data/cover";
import { mercatorX, mercatorY } from "../data/relief";
import type { Box } from "../data/types";
import { corners } from "./basemap";

const ROOM = 0.15; // share of the screen that is painted beyond each of its sides
const MOST = 900; // pixels of the picture, the longer way

export class CoverageView {
  readonly canvas = document.createElement("canvas");
  #cover: Cover | null = null;
  #raster: CoverRaster | null = null;
  #height = 1000;
  #only: number | null = null;
  #t = 0;
  #works = "";
  #shown = true;
  readonly repaint = onceAFrame(() => this.paint());

  constructor(readonly map: MapLibre, readonly box: Box) {
    this.canvas.width = this.canvas.height = 2;
    map.addSource("coverage", { type: "canvas", canvas: this.canvas, coordinates: corners(0.4, 0.4, 0.5, 0.5), animate: false });
    map.addLayer({ id: "coverage", type: "raster", source: "coverage", paint: { "raster-fade-duration": 0 } }, "coast");
    map.on("moveend", () => { if (this.#outgrown()) { this.#raster = null; this.repaint(); } });
  }

  /** t: the time at which radars that march are asked for. */
  set(cover: Cover | null, height: number, only: number | null, shown: boolean, t: number): void {
    const works = cover?.key(t) ?? "";
    if (cover !== this.#cover) this.#raster = null;
    if (cover === this.#cover && height === this.#height && only === this.#only && shown === this.#shown && works === this.#works) return;
    [this.#cover, this.#height, this.#only, this.#shown, this.#t, this.#works] = [cover, height, only, shown, t, works];
    this.repaint();
  }

  /** What of the Mercator square is to be painted: the screen and some room, within the box of the run. */
  #wanted(): [number, number, number, number] {
    const bounds = this.map.getBounds(), [west, south, east, north] = this.box;
    const x0 = mercatorX(bounds.getWest()), x1 = mercatorX(bounds.getEast()), y0 = mercatorY(bounds.getNorth()), y1 = mercatorY(bounds.getSouth());
    const dx = ROOM * (x1 - x0), dy = ROOM * (y1 - y0);
    return [Math.max(x0 - dx, mercatorX(west)), Math.max(y0 - dy, mercatorY(north)), Math.min(x1 + dx, mercatorX(east)), Math.min(y1 + dy, mercatorY(south))];
  }

  /** Whether the picture no longer fits what the screen shows. */
  #outgrown(): boolean {
    const raster = this.#raster;
    if (!raster) return true;
    const [x0, y0, x1, y1] = this.#wanted(), wide = raster.x1 - raster.x0, zoomed = (x1 - x0) / wide;
    const rim = (ROOM / (1 + 2 * ROOM)) * wide * 0.95;
    return zoomed < 0.6 || zoomed > 1.3 || x0 + rim < raster.x0 || y0 + rim < raster.y0 || x1 - rim > raster.x1 || y1 - rim > raster.y1;
  }

  paint(): void {
    const layer = this.map.getLayer("coverage");
    if (!layer) return;
    this.map.setLayoutProperty("coverage", "visibility", this.#shown && this.#cover ? "visible" : "none");
    if (!this.#shown || !this.#cover) return;
    const [x0, y0, x1, y1] = this.#wanted();
    if (!(x1 > x0 && y1 > y0)) return;
    if (!this.#raster) {
      const scale = MOST / Math.max(x1 - x0, y1 - y0);
      this.#raster = new CoverRaster(this.#cover.layers, x0, y0, x1, y1, Math.max(8, Math.round((x1 - x0) * scale)), Math.max(8, Math.round((y1 - y0) * scale)));
    }
    this.#colour(this.#raster);
    const source = this.map.getSource("coverage") as CanvasSource;
    source.setCoordinates(corners(this.#raster.x0, this.#raster.y0, this.#raster.x1, this.#raster.y1));
    source.play();
    source.pause();
    this.map.triggerRepaint();
  }

  #colour(raster: CoverRaster): void {
    const { width, height } = raster, { seen, reach } = raster.fill(this.#cover!.rung(this.#height), this.#cover!.head.never, this.#only, this.#t);
    if (this.canvas.width !== width || this.canvas.height !== height) { this.canvas.width = width; this.canvas.height = height; }
    const image = new ImageData(width, height), out = image.data, blue = rgb("seen"), gold = rgb("reach");
    for (let i = 0, k = 0; i < height; i++) {
      for (let j = 0; j < width; j++, k++) {
        const s = seen[k]!, r = reach[k]!;
        if (!s && !r) continue;
        const rim = (mask: Uint8Array): boolean => i === 0 || j === 0 || i === height - 1 || j === width - 1 || !mask[k - 1] || !mask[k + 1] || !mask[k - width] || !mask[k + width];
        let colour = blue, alpha = 66;
        if (s && rim(seen)) alpha = 235;
        if (r) {
          if (rim(reach)) { colour = gold; alpha = 250; }
          else if ((i + j) % 11 < 2) { colour = gold; alpha = 105; }
        }
        out[4 * k] = colour[0]; out[4 * k + 1] = colour[1]; out[4 * k + 2] = colour[2]; out[4 * k + 3] = alpha;
      }
    }
    this.canvas.getContext("2d")!.putImageData(image, 0, 0);
  }
}

/** Area seen and engageable at a height, in all and within circles [km2]: counted on a raster over the whole box. */
export class Areas {
  #raster: CoverRaster;
  #cell: Float64Array;
  #inside: Uint8Array | null = null;
  constructor(readonly cover: Cover, box: Box, circles: { line: number[][] }[]) {
    const [west, south, east, north] = box, x0 = mercatorX(west), x1 = mercatorX(east), y0 = mercatorY(north), y1 = mercatorY(south);
    const n = 420, height = Math.round((n * (y1 - y0)) / (x1 - x0));
    this.#raster = new CoverRaster(cover.layers, x0, y0, x1, y1, n, height);
    this.#cell = new Float64Array(height);
    const side = (2 * Math.PI * 6371.0 * (x1 - x0)) / n;
    for (let i = 0; i < height; i++) {
      const y = y0 + ((i + 0.5) / height) * (y1 - y0);
      this.#cell[i] = (side / Math.cosh((0.5 - y) * 2 * Math.PI)) ** 2;
    }
    if (circles.length) this.#inside = this.#within(circles, n, height);
  }

  #within(circles: { line: number[][] }[], width: number, height: number): Uint8Array {
    const canvas = document.createElement("canvas"), { x0, y0, x1, y1 } = this.#raster;
    canvas.width = width; canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    for (const { line } of circles) {
      context.beginPath();
      for (const [lon, lat] of line) context.lineTo(((mercatorX(lon!) - x0) / (x1 - x0)) * width, ((mercatorY(lat!) - y0) / (y1 - y0)) * height);
      context.fill();
    }
    const data = context.getImageData(0, 0, width, height).data, out = new Uint8Array(width * height);
    for (let k = 0; k < out.length; k++) out[k] = data[4 * k + 3]! > 127 ? 1 : 0;
    return out;
  }

  at(height: number, only: number | null, t: number): { seen: number; reach: number; seenInside: number; reachInside: number } {
    const { seen, reach } = this.#raster.fill(this.cover.rung(height), this.cover.head.never, only, t), { width } = this.#raster;
    const sum = { seen: 0, reach: 0, seenInside: 0, reachInside: 0 };
    for (let k = 0; k < seen.length; k++) {
      if (!seen[k]) continue;
      const area = this.#cell[(k / width) | 0]!, inside = this.#inside?.[k] ? area : 0;
      sum.seen += area; sum.seenInside += inside;
      if (reach[k]) { sum.reach += area; sum.reachInside += inside; }
    }
    return sum;
  }
}
