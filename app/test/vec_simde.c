/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/*
 * The driver's AVX-512 paths on any CPU: its own source, with each intrinsic
 * computed by SIMDe, a library.
 */

/* Before their names are those of SIMDe. */
#include <x86intrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

/* Vectors wider than registers are passed within this file alone. */
#pragma GCC diagnostic ignored "-Wpsabi"

#define ICE_MP_VEC_BITS	512
#include <ice_mp_vec_burst.h>

#include "dp.h"

ICE_MP_VEC_DEFINE(simde)
