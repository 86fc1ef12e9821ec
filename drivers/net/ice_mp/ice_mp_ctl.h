/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_CTL_H_
#define _ICE_MP_CTL_H_

/**
 * @file
 * Who may touch the hardware of a PF: one control call at a time, or the
 * recovery. ice_mp_ctl.c wraps each ethdev operation in this; the operations
 * themselves know nothing of it.
 *
 * The control lock is held during every operation of every port of the PF,
 * while the event thread reads a link or statistics, and by the recovery
 * wherever it changes what operations see. It is never held while an
 * application callback runs, nor while somebody waits for the device to come
 * out of a reset.
 *
 * Order: control lock, then pf->lock, AdminQ lock, statistics lock (leaves).
 */

#include "ice_mp.h"

void ice_mp_ctl_init(struct ice_mp_pf *pf);
void ice_mp_ctl_fini(struct ice_mp_pf *pf);

/** Not recursive. Control and event threads, outside application callbacks. */
void ice_mp_ctl_lock(struct ice_mp_pf *pf);
void ice_mp_ctl_unlock(struct ice_mp_pf *pf);

/** Move the PF to `state`; who waits looks again. Event thread, lock held. */
void ice_mp_ctl_state(struct ice_mp_pf *pf, enum ice_mp_pf_state state);

/** The function has been reset: what ports own in hardware is gone. Event
 * thread, lock held. */
void ice_mp_ctl_new_epoch(struct ice_mp_pf *pf);

/**
 * Do something to the PF as an operation of kind HW does it (ice_mp_ctl.c):
 * with the control lock, after a recovery that is under way, once more when a
 * reset fell into it. Control threads and event callbacks.
 *
 * @param wait  false: -EBUSY rather than waiting, as in a callback
 * @return what fn returns, -EBUSY, -EIO: the device is lost
 */
int ice_mp_ctl_call(struct ice_mp_pf *pf, bool wait,
		    int (*fn)(struct ice_mp_pf *pf, void *arg), void *arg);

/** May this thread talk to the device? For assertions. */
bool ice_mp_ctl_mine(const struct ice_mp_pf *pf);

/*
 * Assertions about threads: in builds that ask for them, where a breach is a
 * bug of the driver and stops the program.
 */
#if defined(ICE_MP_ASSERT_THREADS) || defined(RTE_ENABLE_ASSERT)
#define ICE_MP_ASSERT(cond)	RTE_VERIFY(cond)
#else
#define ICE_MP_ASSERT(cond)	RTE_SET_USED(sizeof(cond))
#endif

#endif /* _ICE_MP_CTL_H_ */
