/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* Burst functions for SSE4.2, what DPDK itself needs of x86. */
#define ICE_MP_VEC_BITS	128
#include "ice_mp_vec_burst.h"

ICE_MP_VEC_DEFINE(sse)
