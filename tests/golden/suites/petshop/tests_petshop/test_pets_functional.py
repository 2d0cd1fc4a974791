"""Pets: valid requests are accepted and answered as documented."""

from checks_petshop import ALNUM, Answer, Api, changed, expect, fresh, valid


def new_pet():
    """A valid body (application/json)."""
    return {
        "name": fresh("Name-", (ALNUM, 8)),
        "kind": "cat",
        "weight": 2.5,
    }


def make_pet(api: Api) -> Answer:
    """Create the pet."""
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    return pet.or_skip()


def make_other_pet(api: Api) -> Answer:
    """Create the other pet."""
    other_pet = api.send("POST", "/pets", json=changed(new_pet(), "/kind", "dog"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": other_pet.find("/id")}, auth=valid("APIKEY"))
    return other_pet.or_skip()


def make_other_pet_2(api: Api) -> Answer:
    """Create the other pet."""
    other_pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": other_pet.find("/id")}, auth=valid("APIKEY"))
    return other_pet.or_skip()


def test_create_pet__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1pets/post/responses
    """
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).no_server_error().status_expected(201).media_type().body_schema().response_headers()


def test_list_pets__filtered_by_kind__holds_only_these(api: Api) -> None:
    """Every item of a list filtered by `kind` has that value at `kind`.

    See #/paths/~1pets/get/parameters/1
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Prepare: create the other pet
    make_other_pet(api)
    # 3. List with the parameters
    listing = api.send("GET", "/pets", query={"limit": 50, "kind": pet.at("/kind")})
    expect(listing).filter(pet.at("/kind"), items="/items", key="/kind")
    expect(listing).total(at="/total", items="/items")


def test_list_pets__limit_1__counts_all_pages(api: Api) -> None:
    """The total beside a page that `limit` cuts is that of all pages.

    See #/paths/~1pets/get/parameters/0
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Prepare: create the other pet
    other_pet = make_other_pet_2(api)
    # 3. List: both are there
    whole = api.send("GET", "/pets", query={"limit": 50})
    expect(whole).listed(pet.at("/id"), items="/items", key="/id")
    expect(whole).listed(other_pet.at("/id"), items="/items", key="/id")
    # 4. List a page of one
    page = api.send("GET", "/pets", query={"limit": 1})
    expect(page).total(at="/total", items="/items", least=2)


def test_list_pets__limit_1__limits_the_page(api: Api) -> None:
    """A page holds no more items than `limit` asks for (#/paths/~1pets/get/parameters/0)."""
    # 1. Prepare: create the pet
    make_pet(api)
    # 2. Prepare: create the other pet
    make_other_pet_2(api)
    # 3. List with the parameter
    listing = api.send("GET", "/pets", query={"limit": 1})
    expect(listing).page_size(1, items="/items")


def test_list_pets__total__fits_the_items(api: Api) -> None:
    """A list that is not longer than its page says how many items it has (#/paths/~1pets/get)."""
    # 1. Prepare: create the pet
    make_pet(api)
    # 2. List
    listing = api.send("GET", "/pets", query={"limit": 50})
    expect(listing).total(at="/total", items="/items")


def test_list_pets__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1pets/get/responses
    """
    # 1. Prepare: create the pet
    make_pet(api)
    # 2. List
    listing = api.send("GET", "/pets")
    expect(listing).no_server_error().status_expected(200).media_type().body_schema()


def test_read_pet__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1pets~1{petId}/get/responses
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).no_server_error().status_expected(200).media_type().body_schema()


def test_delete_pet__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1pets~1{petId}/delete/responses
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Delete it
    deleted = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=valid("APIKEY"))
    expect(deleted).no_server_error().status_expected(204).body_empty()
