using System.Numerics;

namespace TfLbfgs.Optimization;

/// <summary>
/// The line search of Hager and Zhang (2006, Algorithm 851, procedures L0 to L3, bracket B0 to B3, update U0 to U3, secant S1 to S4) for
/// many lines at once, step by step as tfp does it:
/// members that are done are masked, every evaluation evaluates all, and the arithmetic is that of the objective's dtype. It sees scalars
/// only.
/// </summary>
internal sealed partial class HagerZhang<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    private readonly HagerZhangOptions _options;
    private readonly ILineFunction<T> _function;
    private readonly T _decrease;
    private readonly T _approximateDecrease;
    private readonly T _curvature;
    private HagerZhangPoint<T>[] _origin = [];
    private T[] _limits = [];

    /// <summary>Prepares searches along the lines of a function.</summary>
    public HagerZhang(HagerZhangOptions options, ILineFunction<T> function)
    {
        _options = options;
        _function = function;
        _decrease = T.CreateTruncating(options.SufficientDecrease);
        _approximateDecrease = T.CreateTruncating(2 * options.SufficientDecrease - 1);
        _curvature = T.CreateTruncating(options.Curvature);
    }

    private int Count => _origin.Length;

    /// <summary>Searches from step 0.</summary>
    /// <param name="firstSteps">The first step of each member.</param>
    /// <param name="origin">The points at step 0; null: they are evaluated, after the first steps.</param>
    /// <param name="done">Members that need no search; null: none.</param>
    public HagerZhangResult<T> Search(T[] firstSteps, HagerZhangPoint<T>[]? origin, bool[]? done)
    {
        HagerZhangResult<T> state = new(firstSteps.Length) { Evaluations = 1 };
        HagerZhangPoint<T>[] first = _function.Evaluate(firstSteps);
        if (origin is null)
        {
            origin = _function.Evaluate(new T[firstSteps.Length]);
            state.Evaluations++;
        }

        _origin = origin;
        T epsilon = T.CreateTruncating(_options.ApproximateWolfe);
        _limits = [.. origin.Select(point => point.Value + epsilon * T.Abs(point.Value))];
        state.Left = [.. origin];
        state.Right = [.. first];
        for (int i = 0; i < Count; i++)
        {
            state.Converged[i] = done?[i] ?? false;
            if (state.Converged[i])
                state.Right[i] = origin[i];
            else if (!origin[i].IsFinite || origin[i].Slope >= T.Zero || !T.IsFinite(first[i].Step) || first[i].Step <= T.Zero)
                state.Fail(i, LineSearchFailure.NotDescending);
        }

        if (!Any(state.IsActive))
            return state;
        Bracket(state);
        for (int i = 0; i < Count; i++)
        {
            state.Converged[i] |= AreAdjacent(state.Left[i].Step, state.Right[i].Step);
            if (!state.Converged[i] && state.Iterations[i] >= _options.MaxIterations)
                state.Fail(i, state.Right[i].IsRising ? LineSearchFailure.Limit : LineSearchFailure.NoBracket);
        }

        while (Any(i => state.IsActive(i) && state.Iterations[i] < _options.MaxIterations))
            Narrow(state);
        for (int i = 0; i < Count; i++)
        {
            if (state.IsActive(i))
                state.Failures[i] ??= LineSearchFailure.Limit;
        }

        return state;
    }

    /// <summary>One round: a double secant step, and a bisection where that did not shrink the interval enough (L1, L2).</summary>
    private void Narrow(HagerZhangResult<T> state)
    {
        HagerZhangPoint<T>[] oldLeft = [.. state.Left];
        HagerZhangPoint<T>[] oldRight = [.. state.Right];
        bool[] wasFailed = [.. state.Failed];
        _function.KeepOnly(oldLeft, oldRight);
        for (int i = 0; i < Count; i++)
            state.Iterations[i] += state.IsActive(i) ? 1 : 0;
        DoubleSecant(state);
        bool[] bisected = new bool[Count];
        T shrinkage = T.CreateTruncating(_options.Shrinkage);
        for (int i = 0; i < Count; i++)
        {
            state.Converged[i] &= !wasFailed[i];
            state.Failed[i] |= wasFailed[i];
            if (!state.IsActive(i))
                continue;
            bool shrunk = state.Right[i].Step - state.Left[i].Step < (oldRight[i].Step - oldLeft[i].Step) * shrinkage;
            bool flat = AreAdjacent(oldLeft[i].Value, oldRight[i].Value) && AreAdjacent(state.Left[i].Value, state.Right[i].Value);
            bisected[i] = !shrunk;
            state.Converged[i] = shrunk && flat;
        }

        if (Array.Exists(bisected, b => b))
            BisectOnce(state, bisected);
        for (int i = 0; i < Count; i++)
            state.Converged[i] |= !state.Failed[i] && AreAdjacent(state.Left[i].Step, state.Right[i].Step);
    }

    private void BisectOnce(HagerZhangResult<T> state, bool[] active)
    {
        HagerZhangPoint<T>[] middle = Evaluate(state, i => (state.Left[i].Step + state.Right[i].Step) / (T.One + T.One));
        bool[] still = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            still[i] = active[i] && middle[i].IsFinite;
            if (active[i] && !still[i])
                state.Fail(i, LineSearchFailure.NotFinite);
        }

        if (Array.Exists(still, s => s))
            (state.Left, state.Right) = Update(state, state.Left, state.Right, middle, still, []);
    }

    private HagerZhangPoint<T>[] Evaluate(HagerZhangResult<T> state, Func<int, T> step)
    {
        state.Evaluations++;
        return _function.Evaluate([.. Enumerable.Range(0, Count).Select(step)]);
    }

    /// <summary>The weak Wolfe conditions, or their approximate form where the value is within the limit.</summary>
    private bool SatisfiesWolfe(int member, HagerZhangPoint<T> point)
    {
        HagerZhangPoint<T> origin = _origin[member];
        T mean = point.Step == T.Zero ? T.Zero : (point.Value - origin.Value) / point.Step;
        bool enough = _decrease * origin.Slope >= mean;
        bool curvature = point.Slope >= _curvature * origin.Slope;
        bool approximate = point.Value <= _limits[member] && _approximateDecrease * origin.Slope >= point.Slope;
        return (enough || approximate) && curvature;
    }

    /// <summary>Whether no number lies between a and b; also, as tfp has it, whenever a is above b.</summary>
    private static bool AreAdjacent(T a, T b) => (a == b ? b : a < b ? T.BitIncrement(a) : T.BitDecrement(a)) >= b;

    private bool Any(Func<int, bool> condition)
    {
        for (int i = 0; i < Count; i++)
        {
            if (condition(i))
                return true;
        }

        return false;
    }
}
