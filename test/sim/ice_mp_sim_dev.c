/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_memory.h>
#include <rte_string_fns.h>

#include "ice_mp_sim_priv.h"

/** Packets per turn of the thread: bounds how long it holds the lock. */
#define SIM_BUDGET		64

/*
 * Doorbells are plain memory, nothing wakes the thread when one is stored, so
 * it looks: all the time just after it had something to do, then more and
 * more seldom. Idle for good it costs about a thousand short looks a second.
 */
#define SIM_SPIN_NS		50000ull	/* yield, look again */
#define SIM_NAP_NS		20000ull	/* until SIM_DOZE_AFTER_NS */
#define SIM_DOZE_AFTER_NS	20000000ull
#define SIM_DOZE_NS		200000ull	/* until SIM_SLEEP_AFTER_NS */
#define SIM_SLEEP_AFTER_NS	1000000000ull
#define SIM_SLEEP_NS		1000000ull

static uint64_t
sim_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static uint64_t
op_now_ns(void *opaque __rte_unused)
{
	return sim_now();
}

/*
 * The device sees what an IOMMU would show it: the memory EAL knows of, its
 * own or registered; a VF, what was granted to it. IOVA is VA here.
 */
static void *
sim_dma(struct sim_dev *sim, uint16_t fn, uint64_t addr, size_t len)
{
	const struct rte_memseg_list *msl;
	uint64_t end = addr + len;
	uint64_t pos;

	if (fn != ICE_CORE_FN_PF)
		return sim_vf_dma(sim, fn, addr, len);
	if (len == 0 || end < addr)
		return NULL;
	msl = rte_mem_virt2memseg_list((void *)(uintptr_t)addr);
	if (msl == NULL || end > (uintptr_t)msl->base_va + msl->len)
		return NULL;
	/* Pages of the list come and go, but not without huge ones. Each has an entry in
	 * a line of its own, which would take the place of something else in caches. */
	for (pos = addr; pos < end && rte_eal_has_hugepages(); pos = (pos | (msl->page_sz - 1)) + 1) {
		const struct rte_memseg *ms = rte_mem_virt2memseg((void *)(uintptr_t)pos, msl);

		if (ms == NULL || ms->addr == NULL)
			return NULL;
	}
	return (void *)(uintptr_t)addr;
}

static int
op_dma_read(void *opaque, uint16_t fn, uint64_t addr, void *buf, size_t len)
{
	const void *src = sim_dma(opaque, fn, addr, len);

	if (src == NULL)
		return -1;
	memcpy(buf, src, len);
	return 0;
}

static int
op_dma_write(void *opaque, uint16_t fn, uint64_t addr, const void *buf, size_t len)
{
	void *dst = sim_dma(opaque, fn, addr, len);

	if (dst == NULL)
		return -1;
	memcpy(dst, buf, len);
	return 0;
}

static void *
op_dma_map(void *opaque, uint16_t fn, uint64_t addr, size_t *len, bool write __rte_unused)
{
	return sim_dma(opaque, fn, addr, *len);
}

static void
op_dma_unmap(void *opaque __rte_unused, uint16_t fn __rte_unused, void *ptr __rte_unused,
	     size_t len __rte_unused, bool write __rte_unused, size_t used __rte_unused)
{
}

static void
op_msix(void *opaque, uint16_t fn, uint16_t vec)
{
	struct sim_dev *sim = opaque;
	uint64_t one = 1;

	if (fn != ICE_CORE_FN_PF) {
		sim_vf_raised(sim, fn, vec);
		return;
	}
	if (vec >= sim->nb_vec)
		return;
	/* A full counter is as good as one more event. */
	if (write(sim->vec_fd[vec], &one, sizeof(one)) < 0 && errno != EAGAIN)
		SIM_LOG(ERR, "%s: vector %u: %s", sim->name, vec, strerror(errno));
}

static bool
op_tx(void *opaque, uint8_t lport, const struct ice_core_iov *iov, unsigned int iovcnt,
      size_t len)
{
	struct sim_dev *sim = opaque;
	struct sim_capture *cap = &sim->capture[lport];
	struct sim_frame *frame;
	unsigned int i;
	size_t used = 0;

	if (cap->depth == 0)
		return true;
	if (cap->nb >= cap->depth) {
		cap->refused = true;
		return false;
	}
	frame = malloc(sizeof(*frame) + len);
	if (frame == NULL) {
		cap->refused = true;
		return false;
	}
	for (i = 0; i < iovcnt && used + iov[i].len <= len; i++) {
		memcpy(frame->data + used, iov[i].base, iov[i].len);
		used += iov[i].len;
	}
	frame->len = used;
	STAILQ_INSERT_TAIL(&cap->frames, frame, next);
	cap->nb++;
	return true;
}

static void
op_rx_ready(void *opaque __rte_unused, uint8_t lport __rte_unused)
{
	/* Nothing is held back here: whoever injects offers again. */
}

static void
op_timer(void *opaque, uint64_t deadline_ns)
{
	struct sim_dev *sim = opaque;

	sim->deadline_ns = deadline_ns;
}

static void
op_kick(void *opaque)
{
	struct sim_dev *sim = opaque;

	atomic_store(&sim->work, true);
}

static void
op_log(void *opaque, const char *line)
{
	struct sim_dev *sim = opaque;

	SIM_LOG(DEBUG, "%s: %s", sim->name, line);
}

static void
op_remove(void *opaque)
{
	struct sim_dev *sim = opaque;

	atomic_store(&sim->gone, true);
}

static const struct ice_core_ops sim_core_ops = {
	.dma_read = op_dma_read,
	.dma_write = op_dma_write,
	.dma_map = op_dma_map,
	.dma_unmap = op_dma_unmap,
	.msix = op_msix,
	.tx = op_tx,
	.rx_ready = op_rx_ready,
	.now_ns = op_now_ns,
	.timer = op_timer,
	.kick = op_kick,
	.log = op_log,
	.remove = op_remove,
};

/* Ring what has been stored. The swap leaves NONE behind, so that the same
 * tail stored twice is rung twice. Lock held. */
static bool
sim_ring(struct sim_dev *sim, volatile uint32_t *word, uint32_t reg)
{
	uint32_t val;

	if (likely(*word == SIM_DB_NONE))
		return false;
	val = __atomic_exchange_n(word, SIM_DB_NONE, __ATOMIC_ACQUIRE);
	if (!atomic_load(&sim->gone))
		ice_core_reg_write(sim->core, ICE_CORE_FN_PF, reg, val, 4);
	return true;
}

static bool
sim_doorbells(struct sim_dev *sim)
{
	unsigned int nb = atomic_load(&sim->nb_doorbells);
	bool rung = false;
	unsigned int q;

	for (q = 0; q < nb; q++) {
		rung |= sim_ring(sim, &sim->db_rx[q], QRX_TAIL(q));
		rung |= sim_ring(sim, &sim->db_tx[q], QTX_COMM_DBELL(q));
	}
	return rung;
}

void
sim_enter(struct sim_dev *sim)
{
	atomic_fetch_add(&sim->waiters, 1);
	pthread_mutex_lock(&sim->lock);
	atomic_fetch_sub(&sim->waiters, 1);
	sim_doorbells(sim);
}

static void
sim_wake(struct sim_dev *sim)
{
	uint64_t one = 1;

	if (write(sim->wake_fd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		SIM_LOG(ERR, "%s: wake: %s", sim->name, strerror(errno));
}

void
sim_leave(struct sim_dev *sim)
{
	/* A deadline may have come nearer: the thread has to count anew. */
	bool wake = atomic_load(&sim->asleep) &&
		    (atomic_load(&sim->work) || sim->deadline_ns != UINT64_MAX);

	pthread_mutex_unlock(&sim->lock);
	if (wake)
		sim_wake(sim);
}

static void
sim_sleep(struct sim_dev *sim, uint64_t idle_ns, uint64_t deadline, uint64_t now)
{
	struct pollfd pfd = { .fd = sim->wake_fd, .events = POLLIN };
	uint64_t ns = idle_ns < SIM_DOZE_AFTER_NS ? SIM_NAP_NS :
		      idle_ns < SIM_SLEEP_AFTER_NS ? SIM_DOZE_NS : SIM_SLEEP_NS;
	struct timespec ts;
	uint64_t drain;

	if (deadline != UINT64_MAX)
		ns = RTE_MIN(ns, deadline > now ? deadline - now : 0);
	ts.tv_sec = 0;
	ts.tv_nsec = ns;
	if (ppoll(&pfd, 1, &ts, NULL) > 0 && read(sim->wake_fd, &drain, sizeof(drain)) < 0 &&
	    errno != EAGAIN)
		SIM_LOG(ERR, "%s: wake: %s", sim->name, strerror(errno));
}

static void *
sim_thread(void *arg)
{
	struct sim_dev *sim = arg;
	uint64_t last_busy = sim_now();
	cpu_set_t all;
	unsigned int i;

	/* The device is not one of EAL's threads: any CPU will do, and the
	 * lcores' are busy. The kernel leaves what the process may use. */
	CPU_ZERO(&all);
	for (i = 0; i < CPU_SETSIZE; i++)
		CPU_SET(i, &all);
	sched_setaffinity(0, sizeof(all), &all);
	prctl(PR_SET_TIMERSLACK, 1000);
	pthread_setname_np(pthread_self(), "ice_mp_sim");

	while (!atomic_load(&sim->stop)) {
		uint64_t now, deadline;
		bool busy;

		while (atomic_load(&sim->waiters) != 0)
			sched_yield();
		pthread_mutex_lock(&sim->lock);
		busy = sim_doorbells(sim);
		if (atomic_exchange(&sim->work, false) || busy) {
			busy = true;
			if (ice_core_run(sim->core, SIM_BUDGET))
				atomic_store(&sim->work, true);
		}
		now = sim_now();
		if (sim->deadline_ns <= now) {
			sim->deadline_ns = UINT64_MAX;
			ice_core_timer(sim->core);
		}
		deadline = sim->deadline_ns;
		atomic_store(&sim->asleep, !busy && now - last_busy >= SIM_SPIN_NS);
		pthread_mutex_unlock(&sim->lock);

		if (busy)
			last_busy = now;
		else if (!atomic_load(&sim->asleep))
			sched_yield();
		else if (!atomic_load(&sim->work))
			sim_sleep(sim, now - last_busy, deadline, now);
	}
	return NULL;
}

/* A script of more than that is a mistake. */
#define SIM_SCRIPT_MAX	65536

static int
sim_run_script(struct sim_dev *sim, const char *path)
{
	char *text = malloc(SIM_SCRIPT_MAX + 1);
	char reason[256];
	int rc = 0;
	size_t len;
	FILE *f;

	if (text == NULL)
		return -ENOMEM;
	f = fopen(path, "re");
	if (f == NULL) {
		rc = -errno;
		SIM_LOG(ERR, "script %s: %s", path, strerror(errno));
		free(text);
		return rc;
	}
	len = fread(text, 1, SIM_SCRIPT_MAX + 1, f);
	if (ferror(f) || len > SIM_SCRIPT_MAX || memchr(text, '\0', len) != NULL) {
		SIM_LOG(ERR, "script %s: not a text of up to %u bytes", path, SIM_SCRIPT_MAX);
		rc = -EINVAL;
	} else {
		text[len] = '\0';
		if (ice_core_fault_script(sim->core, text, reason, sizeof(reason)) != 0) {
			SIM_LOG(ERR, "script %s: %s", path, reason);
			rc = -EINVAL;
		}
	}
	fclose(f);
	free(text);
	return rc;
}

/* As the core has it: what was asked for, else a default that grows with VFs. */
static uint16_t
sim_default(uint16_t asked, uint16_t def, uint16_t more)
{
	return asked != 0 ? asked : def + more;
}

int
sim_dev_create(const char *name, const struct sim_args *args, struct sim_dev **out)
{
	struct sim_dev *sim;
	char reason[128] = "";
	unsigned int i;
	int rc;

	sim = aligned_alloc(64, RTE_ALIGN_CEIL(sizeof(*sim), 64));
	if (sim == NULL)
		return -ENOMEM;
	memset(sim, 0, sizeof(*sim));
	strlcpy(sim->name, name, sizeof(sim->name));
	sim->nb_ports = args->cfg.nb_ports;
	sim->nb_queues = sim_default(args->cfg.nb_queues, ICE_CORE_DEF_QUEUES,
				     ICE_CORE_DEF_VF_QUEUES * args->cfg.nb_vfs);
	sim->bus.max_vectors = sim_default(args->cfg.nb_vectors, ICE_CORE_DEF_VECTORS,
					   ICE_CORE_DEF_VF_VECTORS * args->cfg.nb_vfs);
	sim->deadline_ns = UINT64_MAX;
	pthread_mutex_init(&sim->lock, NULL);
	for (i = 0; i < SIM_MAX_QUEUES; i++) {
		sim->db_tx[i] = SIM_DB_NONE;
		sim->db_rx[i] = SIM_DB_NONE;
	}
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++)
		STAILQ_INIT(&sim->capture[i].frames);
	sim->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (sim->wake_fd < 0) {
		rc = -errno;
		goto fail;
	}
	rc = sim_vf_init(sim, args->cfg.nb_vfs);
	if (rc != 0)
		goto fail;
	sim->core = ice_core_create(&args->cfg, &sim_core_ops, sim, reason, sizeof(reason));
	if (sim->core == NULL) {
		SIM_LOG(ERR, "%s: %s", name, reason);
		rc = -EINVAL;
		goto fail;
	}
	for (i = 0; i < sim->nb_ports; i++) {
		if (args->wire[i] == 0xFF)
			ice_core_set_backend(sim->core, i, true, true);
		else if (args->wire[i] >= i &&
			 ice_core_wire(sim->core, i, args->wire[i]) != 0) {
			SIM_LOG(ERR, "%s: no wire %u:%u", name, i, args->wire[i]);
			rc = -EINVAL;
			goto fail;
		}
	}
	if (args->script[0] != '\0') {
		rc = sim_run_script(sim, args->script);
		if (rc != 0)
			goto fail;
	}
	rc = -pthread_create(&sim->thread, NULL, sim_thread, sim);
	if (rc != 0) {
		SIM_LOG(ERR, "%s: no thread: %s", name, strerror(-rc));
		goto fail;
	}
	sim->thread_up = true;
	*out = sim;
	return 0;
fail:
	sim_dev_destroy(sim);
	return rc;
}

void
sim_dev_destroy(struct sim_dev *sim)
{
	struct sim_frame *frame;
	unsigned int i;

	if (sim->thread_up) {
		atomic_store(&sim->stop, true);
		sim_wake(sim);
		pthread_join(sim->thread, NULL);
	}
	if (sim->core != NULL)
		ice_core_destroy(sim->core);
	sim_vf_fini(sim);
	for (i = 0; i < sim->nb_vec; i++)
		close(sim->vec_fd[i]);
	free(sim->vec_fd);
	if (sim->wake_fd >= 0)
		close(sim->wake_fd);
	for (i = 0; i < ICE_CORE_MAX_PORTS; i++) {
		while ((frame = STAILQ_FIRST(&sim->capture[i].frames)) != NULL) {
			STAILQ_REMOVE_HEAD(&sim->capture[i].frames, next);
			free(frame);
		}
	}
	pthread_mutex_destroy(&sim->lock);
	free(sim);
}
