##! Parts of a time in UTC. Zeek's own strftime has the local time zone.

module {{ module }};

# A point in time on the calendar.
type UtcTime: record {
	minute: count;
	hour: count;
	day: count;
	# ISO 8601 week.
	week: count;
	month: count;
	year: count;
};

# Days before the first of January of a year, counted from 1970.
function days_before(year: count): count
	{
	local past = year - 1;
	return 365 * (year - 1970) + past / 4 - past / 100 + past / 400 - 477;
	}

function year_of(days: count): count
	{
	# Never later than the year that is sought, and at most one year early.
	local year = 1970 + days / 366;

	while ( days_before(year + 1) <= days )
		++year;

	return year;
	}

function in_utc(t: time): UtcTime
	{
	# The calendar repeats itself every 400 years, weekdays and all; file times go back to 1601.
	local later = time_to_double(t) < 0.0 ? 400 : 0;
	local seconds = double_to_count(floor(time_to_double(t) + later * 31556952.0));
	local days = seconds / 86400;
	local year = year_of(days);
	local day = days - days_before(year);
	local leap = days_before(year + 1) - days_before(year) == 366;
	local lengths = vector(31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
	local month = 0;

	while ( day >= lengths[month] )
		{
		day = day - lengths[month];
		++month;
		}

	# A week belongs to the year of its Thursday, which the first of January 1970 was.
	local thursday = days + 3 - (days + 3) % 7;

	return UtcTime($minute=(seconds / 60) % 60,
	               $hour=(seconds / 3600) % 24,
	               $day=day + 1,
	               $week=(thursday - days_before(year_of(thursday))) / 7 + 1,
	               $month=month + 1,
	               $year=year - later);
	}
