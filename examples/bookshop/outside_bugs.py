"""The second list of bugs, by an author who has not seen how tests are generated, nor which bugs they find.

The first list grew up beside the generator, and a generator may come to fit it. This one is there to measure the generator from
outside: do not mend either of them to please the other.
"""

from __future__ import annotations

from enum import StrEnum

from examples.bookshop.bug import (
    AUTHOR_WRITES,
    BOOK_READS,
    BOOK_WRITES,
    CANCEL_ORDER,
    CHANGE_AUTHOR,
    CHANGE_BOOK,
    CHANGE_ORDER,
    CREATE_AUTHOR,
    CREATE_BOOK,
    CREATE_ORDER,
    DELETE_AUTHOR,
    DELETE_BOOK,
    DELETE_ORDER,
    LIST_AUTHORS,
    LIST_BOOKS,
    LIST_ORDERS,
    ORDER_READS,
    READ_AUTHOR,
    READ_BOOK,
    READ_HEALTH,
    READ_ISBN,
    READ_ORDER,
    REPLACE_AUTHOR,
    REPLACE_BOOK,
    SECURED,
    Bug,
)


class Mistake(StrEnum):
    """What sort of mistake a bug of the second list is."""

    PAGING = "paging is wrong"
    TOTAL = "total is wrong"
    SORTING = "order of a list is wrong"
    FILTERING = "filter is wrong"
    CACHE = "stale state is shown"
    VALUE_ALTERED = "value altered on its way in"
    VALID_REFUSED = "valid value refused"
    BROKEN_ACCEPTED = "value accepted that breaks its schema"
    PARTIAL_UPDATE = "partial update misunderstood"
    REPLACEMENT = "replacement misunderstood"
    TIMES = "time is wrong"
    IDENTITY = "record mixed up with another"
    DEFAULT = "default is wrong"
    HALF_DONE = "refused request leaves traces"
    RULE = "rule not checked, or checked wrongly"
    RARE_STATUS = "wrong status on a rare branch"
    CRASH = "server error on a rare branch"
    CONTENT_TYPE = "content type judged wrongly"
    TOKEN = "credentials judged wrongly"
    FOREIGN = "records of others are touched or counted"
    REACH = "operation touches more than it was asked to"
    RESPONSE_VALUE = "response value breaks its schema"


OUTSIDE_BUGS = (
    Bug("health_release_from_zero", Mistake.RESPONSE_VALUE, "The health report counts releases from zero.", (READ_HEALTH,)),
    Bug("unknown_token_is_403", Mistake.RARE_STATUS, "A token that is not known is answered with 403 instead of 401.", SECURED),
    Bug("lowercase_bearer_refused", Mistake.TOKEN, "The scheme of the Authorization header is compared with its case.", SECURED),
    Bug("longer_token_accepted", Mistake.TOKEN, "Deleting a book takes any token that begins like a known one.", (DELETE_BOOK,)),
    Bug(
        "author_offset_counts_pages",
        Mistake.PAGING,
        "The offset of the authors is taken for a page number.",
        (LIST_AUTHORS,),
        (CREATE_AUTHOR,),
    ),
    Bug("author_total_before_filter", Mistake.TOTAL, "The total of the authors ignores the filter by country.", (LIST_AUTHORS,)),
    Bug("authors_sorted_per_page", Mistake.SORTING, "The authors are cut into pages first and sorted then.", (LIST_AUTHORS,)),
    Bug("unknown_country_is_404", Mistake.RARE_STATUS, "A country without authors is answered with 404.", (LIST_AUTHORS,)),
    Bug(
        "author_name_trimmed",
        Mistake.VALUE_ALTERED,
        "Spaces around an author's name are cut off.",
        AUTHOR_WRITES,
        (READ_AUTHOR, LIST_AUTHORS),
    ),
    Bug("plus_in_email_refused", Mistake.VALID_REFUSED, "A mail address with a plus is refused.", AUTHOR_WRITES),
    Bug(
        "leap_day_of_2000_refused",
        Mistake.VALID_REFUSED,
        "29 February is refused in every year that ends a century.",
        AUTHOR_WRITES,
    ),
    Bug("bio_length_in_bytes", Mistake.VALID_REFUSED, "The length of an author's bio is counted in bytes.", AUTHOR_WRITES),
    Bug(
        "author_id_by_count",
        Mistake.IDENTITY,
        "A new author's id is the number of authors plus one, which may be taken after a deletion.",
        (CREATE_AUTHOR,),
        (READ_AUTHOR, REPLACE_AUTHOR, CHANGE_AUTHOR, DELETE_AUTHOR, LIST_AUTHORS),
    ),
    Bug(
        "location_names_previous_author",
        Mistake.IDENTITY,
        "The Location of a new author is that of the last one.",
        (CREATE_AUTHOR,),
        (READ_AUTHOR,),
    ),
    Bug(
        "author_media_type_unchecked",
        Mistake.CONTENT_TYPE,
        "Replacing an author takes JSON under any Content-Type.",
        (REPLACE_AUTHOR,),
    ),
    Bug(
        "author_put_merges", Mistake.REPLACEMENT, "Replacing an author keeps what is left out.", (REPLACE_AUTHOR,), (READ_AUTHOR,)
    ),
    Bug(
        "author_nulls_ignored",
        Mistake.PARTIAL_UPDATE,
        "Changing a field of an author to null does nothing.",
        (CHANGE_AUTHOR,),
        (READ_AUTHOR,),
    ),
    Bug(
        "author_change_keeps_updated_at",
        Mistake.TIMES,
        "Changing an author does not touch its updated_at.",
        (CHANGE_AUTHOR,),
        (READ_AUTHOR,),
    ),
    Bug("empty_author_change_accepted", Mistake.BROKEN_ACCEPTED, "Changing nothing of an author is accepted.", (CHANGE_AUTHOR,)),
    Bug(
        "deleted_author_still_cached",
        Mistake.CACHE,
        "A deleted author that was read before can still be read.",
        (READ_AUTHOR, DELETE_AUTHOR),
    ),
    Bug(
        "deleting_unknown_author_answers_204",
        Mistake.RARE_STATUS,
        "Deleting an unknown author is answered with 204.",
        (DELETE_AUTHOR,),
    ),
    Bug(
        "book_total_is_page_length",
        Mistake.TOTAL,
        "The total of the books is the number of those on the page.",
        (LIST_BOOKS,),
        (CREATE_BOOK, DELETE_BOOK),
    ),
    Bug("price_sorted_as_text", Mistake.SORTING, "Books are sorted by the text of their price.", (LIST_BOOKS,)),
    Bug("title_sort_ignores_case", Mistake.SORTING, "Titles are sorted without regard to case.", (LIST_BOOKS,)),
    Bug("in_stock_by_truthiness", Mistake.FILTERING, "The filter in_stock=false is taken for true.", (LIST_BOOKS,)),
    Bug("single_copy_not_in_stock", Mistake.FILTERING, "A book with a single copy counts as out of stock.", (LIST_BOOKS,)),
    Bug(
        "book_filters_joined_by_or",
        Mistake.FILTERING,
        "Several filters of the list of books give what passes any of them.",
        (LIST_BOOKS,),
    ),
    Bug(
        "changed_book_moves_last", Mistake.SORTING, "Changing a book moves it to the end of the list.", (CHANGE_BOOK, LIST_BOOKS)
    ),
    Bug(
        "title_html_escaped",
        Mistake.VALUE_ALTERED,
        "A book's title is escaped for HTML before it is stored.",
        BOOK_WRITES,
        BOOK_READS,
    ),
    Bug(
        "price_cent_lost",
        Mistake.VALUE_ALTERED,
        "Some prices lose a cent between binary fractions and whole cents.",
        BOOK_WRITES,
        (*BOOK_READS, CREATE_ORDER),
    ),
    Bug("true_price_accepted", Mistake.BROKEN_ACCEPTED, "A price of true is taken for 1.", BOOK_WRITES),
    Bug(
        "stock_defaults_to_one",
        Mistake.DEFAULT,
        "A book without a stock gets one copy instead of none.",
        (CREATE_BOOK, REPLACE_BOOK),
        BOOK_READS,
    ),
    Bug(
        "defaults_shared_by_new_books",
        Mistake.DEFAULT,
        "An optional field that a new book leaves out has the value that the last new book gave.",
        (CREATE_BOOK,),
        BOOK_READS,
    ),
    Bug(
        "isbn_reserved_after_delete",
        Mistake.RULE,
        "The ISBN of a deleted book cannot be used again.",
        (*BOOK_WRITES, DELETE_BOOK),
    ),
    Bug(
        "isbn_979_unknown_to_lookup",
        Mistake.VALID_REFUSED,
        "Looking up an ISBN that begins with 979 is refused.",
        (READ_ISBN,),
        BOOK_WRITES,
    ),
    Bug("isbn_index_not_updated", Mistake.CACHE, "A changed ISBN is still looked up by its old value.", (READ_ISBN, CHANGE_BOOK)),
    Bug(
        "isbn_lookup_times_without_zone",
        Mistake.RESPONSE_VALUE,
        "A book looked up by ISBN has times without a zone.",
        (READ_ISBN,),
        BOOK_WRITES,
    ),
    Bug(
        "empty_tags_as_null", Mistake.RESPONSE_VALUE, "A book without tags is read with tags of null.", (READ_BOOK,), BOOK_WRITES
    ),
    Bug("book_id_wraps_at_32_bits", Mistake.IDENTITY, "A book's id is cut to 32 bits when it is read.", (READ_BOOK,)),
    Bug("own_isbn_conflicts", Mistake.RULE, "Replacing a book with its own ISBN is a conflict with itself.", (REPLACE_BOOK,)),
    Bug(
        "refused_book_change_is_stored",
        Mistake.HALF_DONE,
        "Replacing a book stores it even if its ISBN is refused.",
        (REPLACE_BOOK,),
        BOOK_READS,
    ),
    Bug(
        "isbn_clash_unseen_on_change",
        Mistake.RULE,
        "A book may be changed to have the ISBN of another one.",
        (CHANGE_BOOK,),
        (*BOOK_READS, CREATE_BOOK, REPLACE_BOOK),
    ),
    Bug(
        "tags_appended_on_change",
        Mistake.PARTIAL_UPDATE,
        "Changing a book's tags only adds to them.",
        (CHANGE_BOOK,),
        (READ_BOOK,),
    ),
    Bug(
        "zero_stock_ignored_on_change",
        Mistake.PARTIAL_UPDATE,
        "Changing a book's stock to 0 does nothing.",
        (CHANGE_BOOK,),
        (READ_BOOK,),
    ),
    Bug(
        "second_line_forgotten_on_delete",
        Mistake.RULE,
        "Only an open order's first line keeps its book from deletion.",
        (DELETE_BOOK,),
    ),
    Bug(
        "cancelled_order_keeps_book",
        Mistake.RULE,
        "A book in a cancelled order cannot be deleted.",
        (DELETE_BOOK,),
        (CANCEL_ORDER,),
    ),
    Bug("no_orders_crash", Mistake.CRASH, "A list of orders without any ends in a 500.", (LIST_ORDERS,), (DELETE_ORDER,)),
    Bug(
        "last_order_cut",
        Mistake.PAGING,
        "The last page of the orders misses the last one.",
        (LIST_ORDERS,),
        (CREATE_ORDER, CHANGE_ORDER, CANCEL_ORDER),
    ),
    Bug(
        "status_filter_ignores_case",
        Mistake.BROKEN_ACCEPTED,
        "The filter by status takes the status in any case.",
        (LIST_ORDERS,),
    ),
    Bug("order_count_of_everybody", Mistake.FOREIGN, "X-Total-Count counts the orders of all callers.", (LIST_ORDERS,)),
    Bug(
        "order_list_cached_across_callers",
        Mistake.FOREIGN,
        "The list of orders is cached for all callers together.",
        (LIST_ORDERS,),
    ),
    Bug("charset_refused", Mistake.CONTENT_TYPE, "A new order is refused if its Content-Type names a charset.", (CREATE_ORDER,)),
    Bug("eleventh_line_cut", Mistake.BROKEN_ACCEPTED, "A new order drops the lines after the tenth.", (CREATE_ORDER,)),
    Bug("repeated_book_charged_once", Mistake.RULE, "Of two lines for the same book only the last is charged.", (CREATE_ORDER,)),
    Bug(
        "order_times_in_local_time",
        Mistake.TIMES,
        "A new order's times are those of Shanghai, but say that they are UTC.",
        (CREATE_ORDER,),
        (*ORDER_READS, CHANGE_ORDER),
    ),
    Bug(
        "refused_order_is_kept",
        Mistake.HALF_DONE,
        "An order for an unknown book is refused, but kept.",
        (CREATE_ORDER,),
        (LIST_ORDERS,),
    ),
    Bug(
        "note_loses_astral_characters",
        Mistake.VALUE_ALTERED,
        "An order's note has question marks for characters beyond 16 bits.",
        (CREATE_ORDER, CHANGE_ORDER),
        ORDER_READS,
    ),
    Bug(
        "malformed_order_id_crashes", Mistake.CRASH, "Reading an order by something that is no UUID ends in a 500.", (READ_ORDER,)
    ),
    Bug("foreign_order_is_403", Mistake.RARE_STATUS, "Reading another caller's order is answered with 403.", (READ_ORDER,)),
    Bug("partial_address_crashes", Mistake.CRASH, "Changing an order to a part of an address ends in a 500.", (CHANGE_ORDER,)),
    Bug(
        "order_change_from_stale_copy",
        Mistake.PARTIAL_UPDATE,
        "The second change of an order undoes the first one.",
        (CHANGE_ORDER,),
        ORDER_READS,
    ),
    Bug(
        "change_reopens_cancelled_order",
        Mistake.PARTIAL_UPDATE,
        "Changing a cancelled order makes it placed again.",
        (CHANGE_ORDER,),
        ORDER_READS,
    ),
    Bug(
        "order_deleted_by_others", Mistake.FOREIGN, "Any caller can delete any order.", (DELETE_ORDER,), (READ_ORDER, LIST_ORDERS)
    ),
    Bug(
        "delete_takes_all_orders",
        Mistake.REACH,
        "Deleting an order deletes all orders of its caller.",
        (DELETE_ORDER,),
        (*ORDER_READS, CHANGE_ORDER),
    ),
    Bug("cancelled_order_cancelled_again", Mistake.RULE, "An order that is cancelled can be cancelled again.", (CANCEL_ORDER,)),
)
