/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_PF_H_
#define _ICE_MP_PF_H_

/** @file The list of attached PFs. */

#include "ice_mp.h"

TAILQ_HEAD(ice_mp_pf_list, ice_mp_pf);

/** Hold the list: no PF of it goes away until ice_mp_pfs_unlock(). Taken before
 * any lock of a PF. */
struct ice_mp_pf_list *ice_mp_pfs_lock(void);
void ice_mp_pfs_unlock(void);

/** The bus handle a device was attached with; NULL: it is not attached. */
struct ice_mp_bus *ice_mp_bus_of(const struct rte_device *dev);

/**
 * After a reset: firmware, capabilities and ports once more. A port that the
 * device does not have any more, or without its queues, is marked gone.
 * @return 0, -errno; -ENODEV when nothing is left that could be used
 */
int ice_mp_pf_rediscover(struct ice_mp_pf *pf);

#endif /* _ICE_MP_PF_H_ */
