/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_COMPAT_H_
#define _ICE_MP_COMPAT_H_

/**
 * @file
 * The one place that knows DPDK versions. The driver is written for 22.11;
 * what changed in its interfaces since is bridged here.
 */

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <ethdev_driver.h>
#include <rte_lcore.h>
#include <rte_telemetry.h>
#include <rte_thread.h>
#include <rte_version.h>

#define ICE_MP_DPDK(y, m)	(RTE_VERSION >= RTE_VERSION_NUM(y, m, 0, 0))

/* Since 25.07 the symbols of a library are marked in its sources. */
#if ICE_MP_DPDK(25, 7)
#include <eal_export.h>
#endif
#ifndef RTE_EXPORT_INTERNAL_SYMBOL
#define RTE_EXPORT_INTERNAL_SYMBOL(sym)
#endif
#ifndef RTE_EXPORT_EXPERIMENTAL_SYMBOL
#define RTE_EXPORT_EXPERIMENTAL_SYMBOL(sym, ver)
#endif

/* Control threads: ICE_MP_THREAD_FUNC(fn, arg) { …; ICE_MP_THREAD_RETURN; } */
#if ICE_MP_DPDK(23, 11)
typedef rte_thread_t ice_mp_thread_t;
#define ICE_MP_THREAD_FUNC(fn, arg)	uint32_t fn(void *arg)
#define ICE_MP_THREAD_RETURN		return 0
typedef uint32_t (*ice_mp_thread_fn)(void *arg);

static inline int
ice_mp_thread_create(ice_mp_thread_t *id, const char *name, ice_mp_thread_fn fn, void *arg)
{
	return -rte_thread_create_control(id, name, fn, arg);
}

static inline int
ice_mp_thread_join(ice_mp_thread_t id)
{
	return -rte_thread_join(id, NULL);
}

static inline bool
ice_mp_thread_is_self(ice_mp_thread_t id)
{
	return rte_thread_equal(id, rte_thread_self()) != 0;
}
#else
typedef pthread_t ice_mp_thread_t;
#define ICE_MP_THREAD_FUNC(fn, arg)	void *fn(void *arg)
#define ICE_MP_THREAD_RETURN		return NULL
typedef void *(*ice_mp_thread_fn)(void *arg);

/** @return 0 or -errno; at most 15 characters of the name are kept. */
static inline int
ice_mp_thread_create(ice_mp_thread_t *id, const char *name, ice_mp_thread_fn fn, void *arg)
{
	int rc = rte_ctrl_thread_create(id, name, NULL, fn, arg);

	return rc > 0 ? -rc : rc;
}

static inline int
ice_mp_thread_join(ice_mp_thread_t id)
{
	return -pthread_join(id, NULL);
}

static inline bool
ice_mp_thread_is_self(ice_mp_thread_t id)
{
	return pthread_equal(id, pthread_self()) != 0;
}
#endif

/* Queue counters left struct rte_eth_stats in 25.11; before, the operation
 * had no third argument. */
#if ICE_MP_DPDK(25, 11)
#define ICE_MP_STATS_GET_ARGS(dev, stats, qstats) \
	struct rte_eth_dev *dev, struct rte_eth_stats *stats, struct eth_queue_stats *qstats
#define ICE_MP_STATS_GET_PASS(dev, stats, qstats)	dev, stats, qstats
typedef struct eth_queue_stats ice_mp_qstats;
#define ICE_MP_QSTATS(stats, qstats)	(qstats)
#else
#define ICE_MP_STATS_GET_ARGS(dev, stats, qstats) \
	struct rte_eth_dev *dev, struct rte_eth_stats *stats
#define ICE_MP_STATS_GET_PASS(dev, stats, qstats)	dev, stats
typedef struct rte_eth_stats ice_mp_qstats;
#define ICE_MP_QSTATS(stats, qstats)	(stats)
#endif

/* One list of representors, since 24.03 of several that can be given. */
static inline int
ice_mp_eth_devargs_parse(const char *args, struct rte_eth_devargs *out)
{
#if ICE_MP_DPDK(24, 3)
	int nb = rte_eth_devargs_parse(args, out, 1);

	return nb < 0 ? nb : nb == 1 ? 0 : -EINVAL;
#else
	return rte_eth_devargs_parse(args, out);
#endif
}

/* Unsigned telemetry values were renamed in 23.03, containers with them. */
static inline int
ice_mp_tel_u64(struct rte_tel_data *d, const char *name, uint64_t val)
{
#if ICE_MP_DPDK(23, 3)
	return rte_tel_data_add_dict_uint(d, name, val);
#else
	return rte_tel_data_add_dict_u64(d, name, val);
#endif
}

#endif /* _ICE_MP_COMPAT_H_ */
