/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_STATS_H_
#define _ICE_MP_STATS_H_

/** @file The operation whose form depends on DPDK; the others are in ice_mp_port.h. */

#include "ice_mp_compat.h"

int ice_mp_stats_get(ICE_MP_STATS_GET_ARGS(dev, stats, qstats));

#endif /* _ICE_MP_STATS_H_ */
