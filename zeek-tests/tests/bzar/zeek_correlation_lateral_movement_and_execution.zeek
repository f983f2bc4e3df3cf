# @TEST-DOC: A write to an admin share and an execution on one host, in either order, across the edge of the window, and out of time order.
# @TEST-EXEC: raises %INPUT recorded/service-started-after-write recorded/service-started-before-write recorded/service-started-twice-before-write recorded/service-started-595s-after-write recorded/service-started-unordered
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/service-started-605s-after-write recorded/service-started recorded/admin-share-written recorded/calls-execution

@load bzar/scripts
