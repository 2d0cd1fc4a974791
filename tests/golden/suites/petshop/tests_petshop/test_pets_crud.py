"""Pets: what is created can be read, listed, changed and deleted."""

from checks_petshop import ALNUM, Answer, Api, changed, expect, fresh, removed, valid


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
    other_pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": other_pet.find("/id")}, auth=valid("APIKEY"))
    return other_pet.or_skip()


def delete_pets_by_pet_id(api: Api, pet: Answer) -> Answer:
    """Delete the first one."""
    return api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=valid("APIKEY")).or_skip()


def make_pet_2(api: Api) -> Answer:
    """Create one with nothing but what is required."""
    pet = api.send("POST", "/pets", json=removed(new_pet(), "/weight"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    return pet.or_skip()


def test_create_pet__after_a_delete__has_its_own_id(api: Api) -> None:
    """A new record does not get the id of one that is still there (#/paths/~1pets/post)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Prepare: create the other pet
    other_pet = make_other_pet(api)
    # 3. Delete the first one
    delete_pets_by_pet_id(api, pet)
    # 4. Create a third one
    created = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).distinct_ids(other_pet.at("/id"), created.at("/id"))


def test_create_pet__created__echoes_what_was_sent(api: Api) -> None:
    """The answer to a create shows what was sent (#/paths/~1pets/post)."""
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).echo()


def test_create_pet__created__is_located(api: Api) -> None:
    """The Location of a new record ends in its id (#/paths/~1pets/post)."""
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).location(pet.at("/id"), template="/pets/{petId}")


def test_create_pet__created_twice__has_its_own_id(api: Api) -> None:
    """Two records never share an id (#/paths/~1pets/post)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Create another one
    other_pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": other_pet.find("/id")}, auth=valid("APIKEY"))
    expect(other_pet).distinct_ids(pet.at("/id"), other_pet.at("/id"))


def test_create_pet__refused__makes_nothing(api: Api) -> None:
    """A create that was refused leaves no record (#/paths/~1pets/post)."""
    # 1. Send weight not of type number or null
    refused = api.send(
        "POST", "/pets", json=changed(new_pet(), "/weight", "not-of-this-type"), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).refused()
    # 2. List
    listing = api.send("GET", "/pets", query={"limit": 50})
    expect(listing).not_listed(refused.sent_at("/name"), items="/items", key="/name")


def test_create_pet__with_only_what_is_required__is_kept(api: Api) -> None:
    """A record without its optional fields is read as its create showed it (#/paths/~1pets/post)."""
    # 1. Create one with nothing but what is required
    pet = make_pet_2(api)
    # 2. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).body_schema()
    expect(read).read_back(pet.at(""))


def test_create_pet__without_a_credential__makes_nothing(api: Api) -> None:
    """A create that was refused leaves no record (#/paths/~1pets/post)."""
    # 1. Send it without a credential
    refused = api.send("POST", "/pets", json=new_pet(), auth=None)
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).refused()
    # 2. List
    listing = api.send("GET", "/pets", query={"limit": 50})
    expect(listing).not_listed(refused.sent_at("/name"), items="/items", key="/name")


def test_list_pets__after_create__lists_the_record(api: Api) -> None:
    """What was created is in the list (#/paths/~1pets/get)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. List
    listing = api.send("GET", "/pets", query={"limit": 50})
    expect(listing).listed(pet.at("/id"), items="/items", key="/id")


def test_read_pet__after_create__shows_the_record(api: Api) -> None:
    """What was created is what a read shows (#/paths/~1pets~1{petId}/get)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).read_back(pet.at(""))


def test_delete_pet__of_one_record__leaves_others_alone(api: Api) -> None:
    """Deleting one record leaves the other records alone (#/paths/~1pets~1{petId}/delete)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Prepare: create the other pet
    other_pet = make_other_pet(api)
    # 3. Read the other one
    before = api.send("GET", "/pets/{petId}", path={"petId": other_pet.at("/id")}).or_skip()
    # 4. Delete the first one
    delete_pets_by_pet_id(api, pet)
    # 5. Read the other one again
    read = api.send("GET", "/pets/{petId}", path={"petId": other_pet.at("/id")})
    expect(read).unchanged(before.at(""))


def test_delete_pet__then_read__is_gone(api: Api) -> None:
    """What was deleted can be neither read nor found in the list (#/paths/~1pets~1{petId}/delete)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Read it
    api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    # 3. Delete it
    delete_pets_by_pet_id(api, pet)
    # 4. Read it again
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).no_server_error().deleted()
    # 5. List
    listing = api.send("GET", "/pets", query={"limit": 50})
    expect(listing).not_listed(pet.at("/id"), items="/items", key="/id")
    # 6. Delete it again
    again = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=valid("APIKEY"))
    expect(again).no_server_error()


def test_delete_pet__without_a_credential__changes_nothing(api: Api) -> None:
    """A write that was refused leaves the record as it was (#/paths/~1pets~1{petId}/delete)."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Read it
    before = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")}).or_skip()
    # 3. Send it without a credential
    refused = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=None)
    expect(refused).refused()
    # 4. Read it again
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).unchanged(before.at(""))
