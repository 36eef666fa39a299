/** Kith's robin: a round bird in a speech bubble's outline, with a breast of the accent colour. */
export function Logo({ size = 40 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <path class="logo-body" d="M6 55c7-1 12-4 15-8C15 42 12 36 12 29 12 15.7 22.300 6 35 6c11.500 0 19 8 19.600 17.500L62 27l-7.400 3.300C54 45 45 55 31 55H6Z" />
      <path class="logo-breast" d="M54.600 29.500C54.200 44.500 45.200 55 31.500 55c-2.500 0-5-.3-7.200-.9C33.500 50 35.500 44 35.800 37.500 36.100 30 40.500 24.500 47 24.500c3.200 0 5.900 1.800 7.600 5Z" />
      <circle class="logo-eye" cx="43" cy="18.500" r="3.100" />
    </svg>
  );
}
