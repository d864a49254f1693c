namespace TfLbfgs.Optimization;

/// <content>The procedures that find and narrow an interval.</content>
internal sealed partial class HagerZhang<T>
{
    /// <summary>Expands the first interval until a minimum lies in it (B0 to B3).</summary>
    private void Bracket(HagerZhangResult<T> state)
    {
        bool[] before = [.. Enumerable.Range(0, Count).Select(i => !state.IsActive(i))];
        bool[] stopped = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            if (state.Right[i].IsNaN)
                state.Fail(i, LineSearchFailure.NotFinite);
            stopped[i] = before[i] || EndsBracket(state, i);
        }

        T expansion = T.CreateTruncating(_options.Expansion);
        while (Any(i => !stopped[i] && state.Iterations[i] < _options.MaxIterations))
        {
            _function.KeepOnly(_origin, state.Left, state.Right);
            HagerZhangPoint<T>[] next = Evaluate(state, i => expansion * state.Right[i].Step);
            for (int i = 0; i < Count; i++)
            {
                if (!stopped[i])
                {
                    state.Iterations[i]++;
                    (state.Left[i], state.Right[i]) = (state.Right[i], next[i]);
                }

                if (state.Right[i].IsNaN)
                    state.Fail(i, LineSearchFailure.NotFinite);
                stopped[i] |= EndsBracket(state, i);
            }
        }

        for (int i = 0; i < Count; i++)
        {
            bool found = state.Right[i].IsMinimum;
            stopped[i] = before[i] || state.Failed[i] || found || state.Right[i].IsRising;
            state.Left[i] = found ? state.Right[i] : state.Right[i].NeedsBisection(_limits[i]) ? _origin[i] : state.Left[i];
        }

        (state.Left, state.Right) = Bisect(state, state.Left, state.Right, stopped, []);
    }

    private bool EndsBracket(HagerZhangResult<T> state, int i) =>
        state.Failed[i] || state.Right[i].IsMinimum || state.Right[i].IsRising || state.Right[i].NeedsBisection(_limits[i]);

    /// <summary>Two secant steps (S1 to S4), the second where the first moved an end of the interval.</summary>
    private void DoubleSecant(HagerZhangResult<T> state)
    {
        HagerZhangPoint<T>[] trial = Evaluate(state, i => HagerZhangPoint<T>.Secant(state.Left[i], state.Right[i]));
        bool[] active = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            bool before = state.Converged[i];
            bool found = trial[i].IsMinimum;
            if (before)
                state.Failed[i] = false;
            else if (!found && !trial[i].IsFinite)
                state.Fail(i, LineSearchFailure.NotFinite);
            state.Converged[i] |= found || (!state.Failed[i] && SatisfiesWolfe(i, trial[i]));
            if (state.Converged[i] && !before)
                state.Left[i] = state.Right[i] = trial[i];
            active[i] = state.IsActive(i);
        }

        if (Array.Exists(active, a => a))
            SecondSecant(state, trial, active);
    }

    private void SecondSecant(HagerZhangResult<T> state, HagerZhangPoint<T>[] trial, bool[] active)
    {
        (HagerZhangPoint<T>[] left, HagerZhangPoint<T>[] right) =
            Update(state, state.Left, state.Right, trial, active, [trial, state.Left, state.Right]);
        bool[] inRange = new bool[Count];
        T[] next = new T[Count];
        bool isNew = false;
        for (int i = 0; i < Count; i++)
        {
            active[i] &= !state.Failed[i];
            if (!active[i])
                (left[i], right[i]) = (state.Left[i], state.Right[i]);
            bool moved = false;
            next[i] = active[i]
                ? new HagerZhangInterval<T>(left[i], right[i]).SecondSecant(new(state.Left[i], state.Right[i]), trial[i].Step, out moved)
                : trial[i].Step;
            inRange[i] = left[i].Step <= next[i] && next[i] <= right[i].Step;
            isNew |= inRange[i] && moved;
        }

        (state.Left, state.Right) = (left, right);
        for (int i = 0; i < Count; i++)
            active[i] &= inRange[i];
        if (!Array.Exists(active, a => a))
            return;
        if (isNew)
            trial = Evaluate(state, i => next[i]);
        for (int i = 0; i < Count; i++)
        {
            if (!active[i])
                continue;
            if (!trial[i].IsFinite)
                state.Fail(i, LineSearchFailure.NotFinite);
            else if (SatisfiesWolfe(i, trial[i]))
                (state.Converged[i], state.Left[i], state.Right[i]) = (true, trial[i], trial[i]);
            active[i] = state.IsActive(i);
        }

        if (Array.Exists(active, a => a))
            (state.Left, state.Right) = Update(state, state.Left, state.Right, trial, active, []);
    }

    /// <summary>Narrows an interval by a point inside it (U0 to U3); members that are not active keep theirs.</summary>
    /// <param name="state">Counts evaluations and takes failures.</param>
    /// <param name="left">The left ends.</param>
    /// <param name="right">The right ends.</param>
    /// <param name="trial">The points.</param>
    /// <param name="active">Who takes part.</param>
    /// <param name="held">Points that the caller needs afterwards.</param>
    private (HagerZhangPoint<T>[] Left, HagerZhangPoint<T>[] Right) Update(
        HagerZhangResult<T> state, HagerZhangPoint<T>[] left, HagerZhangPoint<T>[] right, HagerZhangPoint<T>[] trial, bool[] active,
            HagerZhangPoint<T>[][] held)
    {
        (left, right) = ([.. left], [.. right]);
        bool[] stopped = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            stopped[i] = true;
            if (!active[i])
                continue;
            (left[i], right[i]) = new HagerZhangInterval<T>(left[i], right[i]).Update(trial[i], _limits[i], out bool needsBisection);
            stopped[i] = !needsBisection;
        }

        return Bisect(state, left, right, stopped, held);
    }

    /// <summary>Halves intervals until the right end rises (U3).</summary>
    private (HagerZhangPoint<T>[] Left, HagerZhangPoint<T>[] Right) Bisect(
        HagerZhangResult<T> state, HagerZhangPoint<T>[] left, HagerZhangPoint<T>[] right, bool[] stopped, HagerZhangPoint<T>[][] held)
    {
        (left, right) = ([.. left], [.. right]);
        while (Array.Exists(stopped, s => !s))
        {
            _function.KeepOnly([_origin, left, right, .. held]);
            HagerZhangPoint<T>[] middle = Evaluate(state, i => new HagerZhangInterval<T>(left[i], right[i]).Middle);
            for (int i = 0; i < Count; i++)
            {
                if (stopped[i])
                    continue;
                bool found = middle[i].IsMinimum;
                if (!found && middle[i].IsNaN)
                    state.Fail(i, LineSearchFailure.NotFinite);
                else if (!found && (middle[i].Step == left[i].Step || middle[i].Step == right[i].Step))
                    state.Fail(i, LineSearchFailure.NoWidth);
                stopped[i] = state.Failed[i];
                if (stopped[i])
                    continue;
                (left[i], right[i]) = new HagerZhangInterval<T>(left[i], right[i]).Halve(middle[i], _limits[i]);
                stopped[i] = found || right[i].IsRising;
            }
        }

        return (left, right);
    }
}
