/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* Burst functions for SSE4.2. */
#define ICE_MP_VEC_BITS	128
#include "ice_mp_rx_vec.h"
#include "ice_mp_tx_vec.h"

ICE_MP_VEC_RX_DEFINE(sse)
ICE_MP_VEC_TX_DEFINE(sse)
