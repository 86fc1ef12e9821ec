/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/* As ice_mp_vec_avx512.c, see vec_simde.h. */
#include "vec_simde.h"

#define ICE_MP_VEC_BITS	512
#include <ice_mp_rx_vec.h>

#include "dp.h"

ICE_MP_VEC_RX_DEFINE(simde)
