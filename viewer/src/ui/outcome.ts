import type { Target } from "../data/types";

/** What became of a target: words and a class that colours them. */
export function outcome(target: Target): { word: string; kind: string } {
  if (target.leaked) return { word: "Got through", kind: "bad" };
  if (target.status === "destroyed") return { word: "Shot down", kind: target.side === "neutral" ? "bad" : "good" };
  return { word: target.status.charAt(0).toUpperCase() + target.status.slice(1), kind: "plain" };
}
