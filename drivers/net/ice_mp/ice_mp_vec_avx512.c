/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* Rx burst functions for AVX-512 F and BW. */
#define ICE_MP_VEC_BITS	512
#include "ice_mp_rx_vec.h"

ICE_MP_VEC_RX_DEFINE(avx512)
