/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_HOSTILE_H_
#define _ICE_MP_VF_HOSTILE_H_

/**
 * @file
 * What the tests of hostile VFs share: two ports and four VFs, of which one is
 * hostile, and the state of everybody else before and after.
 */

#include "vf_client.h"

#define VFH_ARGS	"vfs=4,vf_queues=2"
#define VFH_VFS		4
#define VFH_BAD		0	/* the hostile one */
#define VFH_FAR		1	/* on the other port */
#define VFH_NEAR	2	/* on its port */
/* VF 3 is enabled, and nobody drives it. */

/** Ports and the neighbours run, with frames; the hostile VF has a client. */
int vfh_up(void);
/** Remember the state of device and driver; `vf` is about to do something. */
int vfh_before(uint16_t vf);
/** Nothing that is not the VF's differs from then; also: nothing of the VF's
 * configuration either. */
int vfh_same(bool also);
/** Neighbours and ports carry traffic, nobody but the hostile VF broke the
 * contract, and a hostile VF that comes to its senses works. */
int vfh_all_well(void);

#endif /* _ICE_MP_VF_HOSTILE_H_ */
