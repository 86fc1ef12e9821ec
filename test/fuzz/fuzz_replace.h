/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_REPLACE_H_
#define _ICE_MP_FUZZ_REPLACE_H_

/**
 * @file
 * Included in front of every file of the driver when it is built for its
 * fuzzer. The driver is the one that ships; only what is around it differs:
 *
 * - time is virtual: waiting costs nothing, and what is bounded in time is
 *   bounded in work;
 * - memory is the sanitizer's, one block per allocation, also for rings, so
 *   that every access beyond is seen and every leak counted;
 * - there is one thread: the event engine's turns are taken by the fuzzer,
 *   also whenever a control call waits for one.
 */

#include <pthread.h>
#include <unistd.h>

#include <ethdev_driver.h>
#include <rte_cycles.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

uint64_t fuzz_cycles(void);
void fuzz_delay_us(unsigned int us);
/** @return zeroed, exactly `len` bytes, NULL when the fuzzer wants a failure */
void *fuzz_alloc(size_t len, unsigned int align);
const struct rte_memzone *fuzz_zone_reserve(const struct rte_eth_dev *dev, const char *name,
					    uint16_t queue, size_t len, unsigned int align);
int fuzz_zone_free(const struct rte_eth_dev *dev, const char *name, uint16_t queue);
int fuzz_thread_create(pthread_t *id);
int fuzz_thread_join(void);
int fuzz_thread_is(pthread_t a, pthread_t b);
int fuzz_cond_wait(pthread_mutex_t *lock);

#define rte_get_timer_cycles()			fuzz_cycles()
#define rte_get_timer_hz()			1000000000ull
#define rte_delay_us_sleep(us)			fuzz_delay_us(us)
#define rte_zmalloc(type, len, align)		fuzz_alloc(len, align)
#define rte_malloc(type, len, align)		fuzz_alloc(len, align)
#define rte_zmalloc_socket(type, len, align, s)	((void)(s), fuzz_alloc(len, align))
#define rte_eth_dma_zone_reserve(dev, name, q, len, align, s) \
	((void)(s), fuzz_zone_reserve(dev, name, q, len, align))
#define rte_eth_dma_zone_free(dev, name, q)	fuzz_zone_free(dev, name, q)
#define rte_ctrl_thread_create(id, name, attr, fn, arg) \
	((void)(name), (void)(fn), (void)(arg), fuzz_thread_create(id))
#define pthread_join(id, ret)			((void)(id), fuzz_thread_join())
#define pthread_equal(a, b)			fuzz_thread_is(a, b)
/* What is waited for is the event engine's work. */
#define pthread_cond_timedwait(cond, lock, end)	((void)(end), fuzz_cond_wait(lock))
/* membarrier(2): there is nobody to wait for. */
#define syscall(...)				0

#endif /* _ICE_MP_FUZZ_REPLACE_H_ */
