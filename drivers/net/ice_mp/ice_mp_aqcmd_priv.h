/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_AQCMD_PRIV_H_
#define _ICE_MP_AQCMD_PRIV_H_

/** @file What the files of AdminQ commands (ice_mp_aqcmd*.c) share. */

#include <errno.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"

/* Typed view of a descriptor's parameters. */
#define AQC_PARAMS(desc, type)	((type *)(void *)(desc).params.raw)

/* A reply that is well-formed but says something impossible. */
static inline int
aqc_bad(struct ice_mp_pf *pf, uint16_t opcode, const char *what)
{
	PF_LOG(pf, ERR, "The reply to AdminQ command 0x%04x is not valid: %s.", opcode, what);
	return -EIO;
}

/* Direct command: only the code counts. */
static inline int
aqc_direct(struct ice_mp_pf *pf, struct ice_mp_aq_desc *desc)
{
	int rc = ice_mp_aq_exec(pf, desc, NULL, 0, false);

	return rc < 0 ? rc : 0;
}

#endif /* _ICE_MP_AQCMD_PRIV_H_ */
