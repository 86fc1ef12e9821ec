/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_REPR_H_
#define _ICE_MP_REPR_H_

/**
 * @file
 * Port representors: an ethdev that stands for a VF, through which it is
 * administered. No frame goes through it. They come and go with the PF; one
 * may be closed earlier. Primary process only.
 */

#include "ice_mp_vf.h"

/**
 * Make the representors of devarg representor=, not announced yet. The VFs and
 * the ports are there. Control lock held.
 *
 * @return 0, -EINVAL: a VF is not served, or on a port that is not ours (logged),
 *   -errno
 */
int ice_mp_reprs_create(struct ice_mp_pf *pf);
/** Undo it while they were not announced. Control lock held. */
void ice_mp_reprs_discard(struct ice_mp_pf *pf);
/** Announce them. Without the control lock: callbacks run. */
void ice_mp_reprs_announce(struct ice_mp_pf *pf);

/** What ethdev keeps of the VF's representor, if it has one, follows the VF:
 * address, modes, the port behind it. Control lock held. */
void ice_mp_repr_sync(struct ice_mp_vf *vf);
/** The same of all VFs. */
void ice_mp_reprs_sync(struct ice_mp_pf *pf);

#endif /* _ICE_MP_REPR_H_ */
