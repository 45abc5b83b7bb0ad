// The frame of every signed-in page: navigation, theme, account; on a phone the navigation folds into a menu.
import { Burger, Menu, Text, UnstyledButton } from "@mantine/core";
import { Suspense, useEffect, useRef, useState } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";

import { messageOf } from "../api/errors";
import { Loading } from "../components/Loading";
import { Logo } from "../components/Logo";
import { useSession, useSessionChange } from "../session/session";
import { ColorSchemeMenu } from "./ColorSchemeMenu";
import { places } from "./places";
import classes from "./Shell.module.css";

/** After a change of place the keyboard starts at the new page's content, as it would after a page load. */
function useFocusOnNavigation(path: string) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
  }, [path]);
  return main;
}

function AccountMenu() {
  const { user, workspace } = useSession();
  const { signOut } = useSessionChange();
  const navigate = useNavigate();
  const [problem, setProblem] = useState("");
  const leave = async () => {
    try {
      await signOut();
      await navigate("/sign-in", { replace: true });
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <>
      {problem && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <UnstyledButton className={classes["account"]} aria-label={`Account: ${user.name}`}>
            {(user.display_name || user.name).slice(0, 1).toUpperCase()}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes["who"]}>
            <Text size="sm" fw={600}>
              {user.display_name}
            </Text>
            {user.name !== user.display_name && (
              <Text size="xs" c="dimmed">
                {user.name}
              </Text>
            )}
            <Text size="xs" c="dimmed">
              {user.admin ? "Admin of " : "Member of "}
              {workspace.name ?? "this workspace"}
            </Text>
          </div>
          <Menu.Divider />
          <Menu.Item onClick={() => void leave()}>Sign out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export function Shell() {
  const { pathname } = useLocation();
  const main = useFocusOnNavigation(pathname);
  const [open, setOpen] = useState(false);
  return (
    <div className={classes["shell"]}>
      <a className={classes["skip"]} href="#content">
        Skip to content
      </a>
      <header className={classes["header"]}>
        <Burger
          className={classes["burger"] ?? ""}
          size="sm"
          opened={open}
          onClick={() => setOpen(!open)}
          aria-label={open ? "Close the navigation" : "Open the navigation"}
          aria-expanded={open}
          aria-controls="navigation"
        />
        <Link to="/" className={classes["brand"]}>
          <Logo size={26} />
          Lakeport
        </Link>
        <div className={classes["tools"]}>
          <ColorSchemeMenu />
          <AccountMenu />
        </div>
      </header>
      <nav id="navigation" aria-label="Main" className={classes["nav"]} data-open={open || undefined}>
        {places.map(({ path, label }) => (
          <NavLink key={path} to={path} className={classes["place"] ?? ""} onClick={() => setOpen(false)}>
            {label}
          </NavLink>
        ))}
      </nav>
      <main id="content" ref={main} tabIndex={-1} className={classes["main"]}>
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
