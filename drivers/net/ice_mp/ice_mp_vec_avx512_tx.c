/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* Tx burst functions for AVX-512 BW and VL: with masks, but vectors of 256 bits. Tx has
 * to gather its lanes, and wider vectors are put together by a third more instructions,
 * on two execution ports, not three. */
#define ICE_MP_VEC_BITS	256
#define ICE_MP_VEC_MASKS
#include "ice_mp_tx_vec.h"

ICE_MP_VEC_TX_DEFINE(avx512)
