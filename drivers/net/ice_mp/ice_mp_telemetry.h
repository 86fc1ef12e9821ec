/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_TELEMETRY_H_
#define _ICE_MP_TELEMETRY_H_

/** @file What the rooms of telemetry share. */

#include "ice_mp_pf.h"

/** A device of the list by name, NULL: there is none. The list is held. */
struct ice_mp_pf *ice_mp_tel_find(struct ice_mp_pf_list *pfs, const char *name);

#endif /* _ICE_MP_TELEMETRY_H_ */
