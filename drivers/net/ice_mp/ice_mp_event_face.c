/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What runs the event engine: a control thread that waits for the misc
 * vector (and looks by itself now and then, should an interrupt be lost), one
 * that only looks now and then, or an lcore service.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_malloc.h>
#include <rte_service.h>
#include <rte_service_component.h>

#include "ice_mp_event_priv.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vf.h"

/** Interrupt face: longest time a lost interrupt goes unnoticed. */
#define EVENT_SAFETY_MS		200
/** Poll face; interrupt face in a storm. */
#define EVENT_POLL_MS		10
/** A turn that took so many messages was one of a storm: the next one waits, as with
 * the moderation of queue interrupts. The data path of all ports keeps its CPUs and
 * its bus; what the device cannot hold meanwhile would be merged anyway, and a link
 * change that gets lost is found by the audit. */
#define EVENT_STORM_NB		64
/** Service face: the lcore spins, the registers need not. */
#define EVENT_SERVICE_US	1000
/** How long a service may take to leave its callback. */
#define EVENT_SERVICE_STOP_MS	10000

const char * const ice_mp_event_mode_names[] = {
	[ICE_MP_EVENT_AUTO] = "auto",
	[ICE_MP_EVENT_SERVICE] = "service",
	[ICE_MP_EVENT_INTERRUPT] = "interrupt",
	[ICE_MP_EVENT_POLL] = "poll",
};

int
ice_mp_event_mode_parse(const char *val)
{
	unsigned int mode;

	for (mode = 0; mode < RTE_DIM(ice_mp_event_mode_names); mode++)
		if (val != NULL && strcmp(val, ice_mp_event_mode_names[mode]) == 0)
			return mode;
	return -EINVAL;
}

enum ice_mp_event_mode
ice_mp_event_face(const struct ice_mp_pf *pf)
{
	return __atomic_load_n(&pf->events->face, __ATOMIC_RELAXED);
}

static void
face_set(struct ice_mp_event_engine *ev, enum ice_mp_event_mode face)
{
	__atomic_store_n(&ev->face, face, __ATOMIC_RELEASE);
}

static uint64_t
event_received(const struct ice_mp_event_engine *ev)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < ICE_MP_SRC_COUNT; i++)
		sum += ev->cnt.src[i].received;
	return sum;
}

/* Is a VF waiting for its reset? Nothing raises an interrupt for that. */
static bool
vf_reset_due(const struct ice_mp_pf *pf)
{
	return pf->vfs != NULL && __atomic_load_n(&pf->vfs->nb_due, __ATOMIC_RELAXED) != 0;
}

static ICE_MP_THREAD_FUNC(event_thread, arg)
{
	struct ice_mp_pf *pf = arg;
	struct ice_mp_event_engine *ev = pf->events;
	bool irq = ev->face == ICE_MP_EVENT_INTERRUPT;
	struct pollfd pfd[2] = {
		{ .fd = ev->stop_fd, .events = POLLIN },
		{ .fd = irq ? pf->bus->ops->intr_fd(pf->bus, 0) : -1, .events = POLLIN },
	};
	uint64_t count, before;

	for (;;) {
		int rc = poll(pfd, RTE_DIM(pfd), irq && !vf_reset_due(pf) ? EVENT_SAFETY_MS :
									    EVENT_POLL_MS);

		if (rc < 0 && errno != EINTR) {
			PF_LOG(pf, ERR, "The event thread cannot wait: %s.", strerror(errno));
			break;
		}
		if (rc > 0 && pfd[0].revents != 0)
			break;
		if (rc > 0 && (pfd[1].revents & POLLIN) != 0) {
			if (read(pfd[1].fd, &count, sizeof(count)) == (ssize_t)sizeof(count))
				ev->cnt.wakeups++;
		}
		before = event_received(ev);
		ice_mp_event_turn(pf);
		if (irq && event_received(ev) - before >= EVENT_STORM_NB &&
		    poll(pfd, 1, EVENT_POLL_MS) > 0)
			break;
		if (irq && !ev->gone)
			ice_mp_intr_misc_rearm(pf);
	}
	ICE_MP_THREAD_RETURN;
}

void
ice_mp_event_kick(struct ice_mp_pf *pf)
{
	uint64_t one = 1;
	int fd;

	/* The other faces look by themselves, often. An interrupt without a
	 * cause does no harm. */
	if (ice_mp_event_face(pf) != ICE_MP_EVENT_INTERRUPT)
		return;
	fd = pf->bus->ops->intr_fd(pf->bus, 0);
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		PF_LOG(pf, DEBUG, "The event thread is awake already.");
}

static int
face_thread_start(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	char name[16];
	int rc;

	ev->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (ev->stop_fd < 0)
		return -errno;
	/* Names of threads have 15 characters: the end of a BDF says most. */
	snprintf(name, sizeof(name), "icemp-%.9s",
		 strlen(pf->name) > 9 ? pf->name + strlen(pf->name) - 9 : pf->name);
	rc = ice_mp_thread_create(&ev->thread, name, event_thread, pf);
	if (rc != 0) {
		close(ev->stop_fd);
		ev->stop_fd = -1;
	}
	return rc;
}

static int
face_thread_stop(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	uint64_t one = 1;

	if (ice_mp_thread_is_self(ev->thread))
		return -EBUSY;
	if (write(ev->stop_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		return -errno;
	ice_mp_thread_join(ev->thread);
	close(ev->stop_fd);
	ev->stop_fd = -1;
	return 0;
}

static __thread struct ice_mp_pf *service_self;

static int32_t
event_service(void *arg)
{
	struct ice_mp_pf *pf = arg;
	struct ice_mp_event_engine *ev = pf->events;
	uint64_t now = rte_get_timer_cycles();
	int32_t rc = -EAGAIN;

	if (__atomic_load_n(&ev->face, __ATOMIC_ACQUIRE) == ICE_MP_EVENT_SERVICE &&
	    now >= ev->service_next) {
		ev->service_next = now + rte_get_timer_hz() * EVENT_SERVICE_US / 1000000;
		service_self = pf;
		ice_mp_event_turn(pf);
		service_self = NULL;
		rc = 0;
	}
	__atomic_fetch_add(&ev->calls, 1, __ATOMIC_RELEASE);
	return rc;
}

static void
service_name(const struct ice_mp_pf *pf, char name[RTE_SERVICE_NAME_MAX])
{
	snprintf(name, RTE_SERVICE_NAME_MAX, "ice_mp_%.*s", RTE_SERVICE_NAME_MAX - 8, pf->name);
}

/* The service lcore with the fewest services. */
static int
service_lcore(uint32_t *lcore)
{
	uint32_t list[RTE_MAX_LCORE];
	int32_t nb = rte_service_lcore_list(list, RTE_DIM(list));
	int32_t least = INT32_MAX;
	int32_t i;

	for (i = 0; i < nb; i++) {
		int32_t load = rte_service_lcore_count_services(list[i]);

		if (load >= 0 && load < least) {
			least = load;
			*lcore = list[i];
		}
	}
	return least == INT32_MAX ? -ENOENT : 0;
}

static int
face_service_start(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	struct rte_service_spec spec = { .callback = event_service, .callback_userdata = pf };
	int rc;

	rc = service_lcore(&ev->service_lcore);
	if (rc != 0)
		return rc;
	service_name(pf, spec.name);
	spec.socket_id = pf->bus->dev->numa_node;
	rc = rte_service_component_register(&spec, &ev->service_id);
	if (rc != 0)
		return rc;
	rc = rte_service_map_lcore_set(ev->service_id, ev->service_lcore, 1);
	if (rc != 0)
		goto fail_map;
	rc = rte_service_component_runstate_set(ev->service_id, 1);
	if (rc == 0)
		rc = rte_service_runstate_set(ev->service_id, 1);
	if (rc != 0)
		goto fail_run;
	/* It may be running already for somebody else. */
	rc = rte_service_lcore_start(ev->service_lcore);
	if (rc != 0 && rc != -EALREADY)
		goto fail_run;
	return 0;

fail_run:
	(void)rte_service_component_runstate_set(ev->service_id, 0);
	(void)rte_service_map_lcore_set(ev->service_id, ev->service_lcore, 0);
fail_map:
	(void)rte_service_component_unregister(ev->service_id);
	return rc;
}

static int
face_service_stop(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	char name[RTE_SERVICE_NAME_MAX];
	unsigned int ms;
	uint32_t id;

	if (service_self == pf)
		return -EBUSY;
	/* rte_eal_cleanup() ends the services before the devices. */
	service_name(pf, name);
	if (rte_service_get_by_name(name, &id) != 0 || id != ev->service_id)
		return 0;
	(void)rte_service_component_runstate_set(id, 0);
	(void)rte_service_runstate_set(id, 0);
	for (ms = 0; rte_service_may_be_active(id) == 1 && ms < EVENT_SERVICE_STOP_MS; ms++)
		rte_delay_us_sleep(1000);
	if (ms == EVENT_SERVICE_STOP_MS) {
		PF_LOG(pf, ERR, "The event service does not come to rest.");
		return -EBUSY;
	}
	(void)__atomic_load_n(&ev->calls, __ATOMIC_ACQUIRE);
	(void)rte_service_map_lcore_set(id, ev->service_lcore, 0);
	(void)rte_service_component_unregister(id);
	return 0;
}

int
ice_mp_event_init(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev;

	ev = rte_zmalloc("ice_mp_events", sizeof(*ev), RTE_CACHE_LINE_SIZE);
	if (ev == NULL)
		return -ENOMEM;
	ev->stop_fd = -1;
	pthread_mutex_init(&ev->face_lock, NULL);
	pf->events = ev;
	return 0;
}

void
ice_mp_event_fini(struct ice_mp_pf *pf)
{
	pthread_mutex_destroy(&pf->events->face_lock);
	rte_free(pf->events);
	pf->events = NULL;
}

static int
face_start(struct ice_mp_pf *pf, enum ice_mp_event_mode mode)
{
	struct ice_mp_event_engine *ev = pf->events;
	int rc = -ENOENT;

	if (mode == ICE_MP_EVENT_SERVICE || mode == ICE_MP_EVENT_AUTO) {
		face_set(ev, ICE_MP_EVENT_SERVICE);
		ice_mp_intr_misc_on(pf, false);
		rc = face_service_start(pf);
		if (rc != 0 && mode == ICE_MP_EVENT_SERVICE)
			PF_LOG(pf, NOTICE, "No service lcore takes the events (%s): a control "
			       "thread does.", rte_strerror(-rc));
	}
	if (rc != 0) {
		face_set(ev, mode == ICE_MP_EVENT_POLL ? ICE_MP_EVENT_POLL :
							 ICE_MP_EVENT_INTERRUPT);
		ice_mp_intr_misc_on(pf, ev->face == ICE_MP_EVENT_INTERRUPT);
		rc = face_thread_start(pf);
	}
	if (rc != 0) {
		ice_mp_intr_misc_off(pf);
		face_set(ev, ICE_MP_EVENT_AUTO);
		PF_LOG(pf, ERR, "The event engine does not start: %s.", rte_strerror(-rc));
	}
	return rc;
}

static int
face_stop(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	int rc;

	if (ev->face == ICE_MP_EVENT_AUTO)
		return 0;
	rc = ev->face == ICE_MP_EVENT_SERVICE ? face_service_stop(pf) : face_thread_stop(pf);
	if (rc == 0)
		face_set(ev, ICE_MP_EVENT_AUTO);
	return rc;
}

int
ice_mp_event_start(struct ice_mp_pf *pf)
{
	int rc;

	pthread_mutex_lock(&pf->events->face_lock);
	(void)ice_mp_rd32(pf, PFINT_OICR);	/* what is old goes with the read */
	rc = face_start(pf, pf->args.event_mode);
	pthread_mutex_unlock(&pf->events->face_lock);
	return rc;
}

int
ice_mp_event_stop(struct ice_mp_pf *pf)
{
	int rc;

	/* Who switches faces waits for this thread, with the lock. */
	if (ice_mp_event_in_turn(pf))
		return -EBUSY;
	pthread_mutex_lock(&pf->events->face_lock);
	rc = face_stop(pf);
	if (rc == 0 && ice_mp_present(pf))
		ice_mp_intr_misc_off(pf);
	pthread_mutex_unlock(&pf->events->face_lock);
	return rc;
}

int
ice_mp_event_switch(struct ice_mp_pf *pf, enum ice_mp_event_mode mode)
{
	struct ice_mp_event_engine *ev = pf->events;
	enum ice_mp_event_mode was;
	int rc = -ENODEV;

	if (ice_mp_event_in_callback())
		return -EBUSY;
	pthread_mutex_lock(&ev->face_lock);
	was = ev->face;
	if (was != ICE_MP_EVENT_AUTO)
		rc = face_stop(pf);
	if (rc == 0) {
		rc = face_start(pf, mode);
		if (rc != 0)
			(void)face_start(pf, was);
		PF_LOG(pf, INFO, "Events are taken by \"%s\".", ice_mp_event_mode_names[ev->face]);
	}
	pthread_mutex_unlock(&ev->face_lock);
	return rc;
}
