// Asks whoever is signed in to prove it again, for the acts that want it; the dialog hears it as an event.

export const PROOF_ASKED = 'video-window.proof';

/** @returns whether the proof was given */
export function askProof(): Promise<boolean> {
  return new Promise((resolve) => {
    const heard = new CustomEvent(PROOF_ASKED, { detail: resolve, cancelable: true });
    if (window.dispatchEvent(heard)) resolve(false);
  });
}
