/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _VEC_SIMDE_H_
#define _VEC_SIMDE_H_

/**
 * @file
 * The driver's AVX-512 paths on any CPU: its own source, with each intrinsic
 * computed by SIMDe, a library. Included before it.
 */

/* Before their names are those of SIMDe. */
#include <x86intrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

/* Its name of this one takes an argument too many. */
#undef _mm256_mask_cmple_epu16_mask
#define _mm256_mask_cmple_epu16_mask(k, a, b) simde_mm256_mask_cmple_epu16_mask(k, a, b)

/* Vectors wider than registers are passed within a file alone. */
#pragma GCC diagnostic ignored "-Wpsabi"

#endif /* _VEC_SIMDE_H_ */
