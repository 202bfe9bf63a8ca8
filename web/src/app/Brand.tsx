/** Sign and name. */
export function Brand() {
  return (
    <span className="bc-brand">
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="6" className="bc-brand-box" />
        <path d="M7 23h18M9 23v-5M13 23v-9M17 23v-5M21 23v-13" className="bc-brand-marks" />
      </svg>
      <span>标尺</span>
    </span>
  );
}
