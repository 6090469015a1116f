"""What can be done with objects in a made-up kitchen."""

from __future__ import annotations

from tests.envs.thor.standin.conftest import House


def test_what_is_picked_up_is_in_hand_and_only_one_at_a_time(kitchen: House) -> None:
    knife, bread = kitchen.a("Knife"), kitchen.a("Bread")
    kitchen.goto(knife)
    kitchen.must("PickupObject", objectId=knife)
    world = kitchen.session.open_world()
    assert world.held == knife
    assert kitchen.facts(knife)["isPickedUp"]
    kitchen.goto(bread)
    failed = kitchen.do("PickupObject", objectId=bread)
    assert not failed.succeeded
    assert knife in failed.message


def test_what_is_far_off_or_behind_is_not_visible(kitchen: House) -> None:
    pan = kitchen.a("Pan")
    kitchen.goto(pan)
    for _ in range(2):
        kitchen.must("RotateRight")
    failed = kitchen.do("PickupObject", objectId=pan)
    assert "not found within the specified visibility" in failed.message
    assert failed.code == "Undefined"
    kitchen.must("PickupObject", objectId=pan, forceAction=True)


def test_a_closed_fridge_hides_what_is_in_it_and_cools_it(kitchen: House) -> None:
    fridge, bread = kitchen.a("Fridge"), kitchen.a("Bread")
    kitchen.goto(bread)
    kitchen.must("PickupObject", objectId=bread)
    kitchen.goto(fridge)
    assert "CLOSED" in kitchen.do("PutObject", objectId=fridge).message
    kitchen.must("OpenObject", objectId=fridge)
    kitchen.must("PutObject", objectId=fridge)
    assert kitchen.facts(bread)["visible"]
    assert kitchen.facts(bread)["parentReceptacles"] == [fridge]
    assert bread in kitchen.facts(fridge)["receptacleObjectIds"]
    kitchen.must("CloseObject", objectId=fridge)
    assert not kitchen.facts(bread)["visible"]
    assert kitchen.facts(bread)["temperature"] == "Cold"
    assert not kitchen.do("PickupObject", objectId=bread).succeeded
    kitchen.must("OpenObject", objectId=fridge)
    kitchen.must("PickupObject", objectId=bread)
    assert kitchen.facts(bread)["parentReceptacles"] is None


def test_a_microwave_heats_and_runs_only_when_closed(kitchen: House) -> None:
    microwave, potato = kitchen.a("Microwave"), kitchen.a("Bread")
    kitchen.goto(potato)
    kitchen.must("PickupObject", objectId=potato)
    kitchen.goto(microwave)
    kitchen.must("OpenObject", objectId=microwave)
    kitchen.must("PutObject", objectId=microwave)
    assert "must be closed" in kitchen.do("ToggleObjectOn", objectId=microwave).message
    kitchen.must("CloseObject", objectId=microwave)
    kitchen.must("ToggleObjectOn", objectId=microwave)
    assert "must be OFF" in kitchen.do("OpenObject", objectId=microwave).message
    kitchen.must("ToggleObjectOff", objectId=microwave)
    assert kitchen.facts(potato)["temperature"] == "Hot"


def test_running_water_cleans_what_is_in_the_basin(kitchen: House) -> None:
    basin, faucet, pan = kitchen.a("SinkBasin"), kitchen.a("Faucet"), kitchen.a("Pan")
    kitchen.must("DirtyObject", objectId=pan, forceAction=True)
    assert "already dirty" in kitchen.do("DirtyObject", objectId=pan, forceAction=True).message
    kitchen.goto(pan)
    kitchen.must("PickupObject", objectId=pan)
    kitchen.goto(basin)
    kitchen.must("PutObject", objectId=basin)
    kitchen.must("ToggleObjectOn", objectId=faucet, forceAction=True)
    assert not kitchen.facts(pan)["isDirty"]
    assert kitchen.facts(pan)["fillLiquid"] == "water"
    assert "already on" in kitchen.do("ToggleObjectOn", objectId=faucet, forceAction=True).message


def test_slices_take_the_place_of_the_whole(kitchen: House) -> None:
    knife, bread = kitchen.a("Knife"), kitchen.a("Bread")
    kitchen.goto(bread)
    assert "knife" in kitchen.do("SliceObject", objectId=bread).message
    kitchen.goto(knife)
    kitchen.must("PickupObject", objectId=knife)
    kitchen.goto(bread)
    holder = kitchen.facts(bread)["parentReceptacles"]
    kitchen.must("SliceObject", objectId=bread)
    world = kitchen.session.open_world()
    slices = [key for key in world.things if key.startswith(f"{bread}|BreadSliced_")]
    assert len(slices) >= 4
    assert bread not in world.things
    assert kitchen.facts(slices[1])["parentReceptacles"] == holder
    assert kitchen.facts(slices[1])["objectType"] == "BreadSliced"


def test_what_is_on_a_plate_goes_with_it(kitchen: House) -> None:
    plate, fork, counter = kitchen.a("Pan"), kitchen.a("Knife"), kitchen.a("CounterTop")
    kitchen.goto(fork)
    kitchen.must("PickupObject", objectId=fork)
    kitchen.goto(plate)
    kitchen.must("PutObject", objectId=plate)
    before = kitchen.facts(fork)["position"]
    kitchen.must("PickupObject", objectId=plate)
    kitchen.goto(counter)
    kitchen.must("PutObject", objectId=counter)
    assert kitchen.facts(fork)["parentReceptacles"] == [plate, counter]
    assert fork in kitchen.facts(counter)["receptacleObjectIds"]
    assert kitchen.facts(fork)["position"] != before


def test_a_drawer_brings_its_contents_out_and_back(kitchen: House) -> None:
    drawer, knife = kitchen.a("Drawer"), kitchen.a("Knife")
    kitchen.goto(knife)
    kitchen.must("PickupObject", objectId=knife)
    kitchen.goto(drawer)
    kitchen.must("OpenObject", objectId=drawer)
    kitchen.must("PutObject", objectId=drawer)
    out = kitchen.facts(knife)["position"]
    kitchen.must("CloseObject", objectId=drawer)
    assert kitchen.facts(knife)["position"] != out
    kitchen.must("OpenObject", objectId=drawer)
    assert kitchen.facts(knife)["position"] == out
    assert kitchen.facts(knife)["visible"]


def test_receptacles_take_what_belongs_there_until_they_are_full(kitchen: House) -> None:
    burner, knife, pan = kitchen.a("StoveBurner"), kitchen.a("Knife"), kitchen.a("Pan")
    kitchen.goto(knife)
    kitchen.must("PickupObject", objectId=knife)
    kitchen.goto(burner)
    assert "takes only" in kitchen.do("PutObject", objectId=burner).message
    assert "NOT a receptacle" in kitchen.do("PutObject", objectId=kitchen.a("Faucet"), forceAction=True).message
    kitchen.must("DropHandObject")
    assert "isn't holding" in kitchen.do("PutObject", objectId=burner, forceAction=True).message
    kitchen.must("PickupObject", objectId=pan, forceAction=True)
    kitchen.must("PutObject", objectId=burner, forceAction=True)
    pot = kitchen.a("Pot")
    kitchen.must("PickupObject", objectId=pot, forceAction=True)
    assert "full" in kitchen.do("PutObject", objectId=burner, forceAction=True).message


def test_states_that_are_asked_for_outright(kitchen: House) -> None:
    bowl = (
        kitchen.a("Mug")
        if any(t.kind.name == "Mug" for t in kitchen.session.open_world().things.values())
        else kitchen.a("Cup")
    )
    kitchen.must("FillObjectWithLiquid", objectId=bowl, fillLiquid="coffee", forceAction=True)
    assert kitchen.facts(bowl)["fillLiquid"] == "coffee"
    assert (
        "not a liquid" in kitchen.do("FillObjectWithLiquid", objectId=bowl, fillLiquid="lava", forceAction=True).message
    )
    kitchen.must("EmptyLiquidFromObject", objectId=bowl, forceAction=True)
    kitchen.must("BreakObject", objectId=bowl, forceAction=True)
    assert kitchen.facts(bowl)["isBroken"]
    egg = kitchen.a("Egg")
    kitchen.must("CookObject", objectId=egg, forceAction=True)
    assert kitchen.facts(egg)["isCooked"]
    kitchen.must("SetStateOfAllObjects", StateChange="CanBeDirty", forceAction=True)
    assert kitchen.facts(kitchen.a("Plate"))["isDirty"]
    assert not kitchen.facts(kitchen.a("Bread"))["isDirty"]
    kitchen.must("SetObjectToggles", objectToggles=[{"objectType": "Faucet", "isOn": True}])
    assert kitchen.facts(kitchen.a("Faucet"))["isToggled"]
