/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_PROCESS_H_
#define _ICE_MP_PROCESS_H_

/**
 * @file
 * Secondary processes. They poll queues and read what the primary keeps in
 * shared memory; the device itself, its AdminQ and its events stay with the
 * primary. What needs the device is asked for over EAL's channel.
 */

#include "ice_mp.h"

/**
 * Answer secondaries from now on / no more. Calls nest: the last fini ends
 * it. Primary, control threads.
 * @return 0 or -errno; 0 as well where EAL has no channel (--no-shconf,
 *         --in-memory): there are no secondaries then
 */
int ice_mp_process_init(void);
void ice_mp_process_fini(void);

/**
 * Attach the primary's ports of a device to this process.
 * @return 0; -ENODEV the primary does not drive it; -EPROTO the primary's
 *         plug-in is another build; other -errno: it does not answer
 */
int ice_mp_secondary_attach(struct ice_mp_bus *bus);
/** Let go of them; the primary's ports go on. @return 0 */
int ice_mp_secondary_detach(struct rte_device *dev);
/**
 * Have the primary bring a port's counters up to date.
 * @return 0; -ENODEV the port was closed; other -errno as above
 */
int ice_mp_secondary_refresh_stats(const struct rte_eth_dev *dev);

#endif /* _ICE_MP_PROCESS_H_ */
