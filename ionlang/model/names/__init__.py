"""Who is declared where, and what an unknown name may mean."""
