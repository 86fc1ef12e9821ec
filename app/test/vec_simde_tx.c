/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* As ice_mp_vec_avx512_tx.c, see vec_simde.h. */
#include "vec_simde.h"

#define ICE_MP_VEC_BITS	256
#define ICE_MP_VEC_MASKS
#include <ice_mp_tx_vec.h>

#include "dp.h"

ICE_MP_VEC_TX_DEFINE(simde)
