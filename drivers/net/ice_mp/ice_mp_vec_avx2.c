/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* Burst functions for AVX2. */
#define ICE_MP_VEC_BITS	256
#include "ice_mp_rx_vec.h"
#include "ice_mp_tx_vec.h"

ICE_MP_VEC_RX_DEFINE(avx2)
ICE_MP_VEC_TX_DEFINE(avx2)
