using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Branches: chosen by C# eagerly, and one op in a traced function.</content>
public static partial class Tf
{
    /// <summary>
    /// One of two computations. In a traced function both are traced and one runs at each call; eagerly the condition is read. Tapes
    /// differentiate both forms, to any order. Python: <c>tf.cond</c>.
    /// </summary>
    /// <param name="condition">Which: bool, shape []; borrowed.</param>
    /// <param name="whenTrue">What is computed when it holds.</param>
    /// <param name="whenFalse">What is computed when it does not; a tensor of the same dtype.</param>
    /// <returns>The result, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The condition is no scalar of bool, or the branches return different dtypes.</exception>
    public static Tensor Cond(Tensor condition, Func<Tensor> whenTrue, Func<Tensor> whenFalse)
    {
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        return Cond(condition, () => [whenTrue()], () => [whenFalse()])[0];
    }

    /// <summary>One of two computations of several tensors.</summary>
    /// <inheritdoc cref="Cond(Tensor, Func{Tensor}, Func{Tensor})"/>
    /// <returns>The results, owned by the caller.</returns>
    public static Tensor[] Cond(Tensor condition, Func<IReadOnlyList<Tensor>> whenTrue, Func<IReadOnlyList<Tensor>> whenFalse)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        CheckScalar("Tf.Cond", "a condition", condition, DType.Bool);
        if (DispatchFrame.Current.Target is Trace outer)
            return Branch.Record(outer, "Tf.Cond", condition, [whenTrue, whenFalse]);
        return Run(condition.ToScalar<bool>() ? whenTrue : whenFalse);
    }

    /// <summary>One of several computations, by an index. Python: <c>tf.switch_case</c>.</summary>
    /// <param name="index">Which: int32, shape []; borrowed.</param>
    /// <param name="branches">The computations, at least one, that return tensors of one dtype.</param>
    /// <param name="otherwise">What is computed for an index that is none of theirs; null: the last one of the branches.</param>
    /// <returns>The result, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">There is no branch, the index is no scalar of int32, or the branches return different
    /// dtypes.</exception>
    public static Tensor SwitchCase(Tensor index, IReadOnlyList<Func<Tensor>> branches, Func<Tensor>? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(branches);
        return SwitchCase(index, [.. branches.Select(Several)], otherwise is null ? null : Several(otherwise))[0];
    }

    /// <summary>One of several computations of several tensors, by an index.</summary>
    /// <inheritdoc cref="SwitchCase(Tensor, IReadOnlyList{Func{Tensor}}, Func{Tensor}?)"/>
    /// <returns>The results, owned by the caller.</returns>
    public static Tensor[] SwitchCase(Tensor index, IReadOnlyList<Func<IReadOnlyList<Tensor>>> branches,
        Func<IReadOnlyList<Tensor>>? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(branches);
        Func<IReadOnlyList<Tensor>>[] all = otherwise is null ? [.. branches] : [.. branches, otherwise];
        if (all.Length == 0)
            throw new TfLbfgsException("Tf.SwitchCase: expected at least one branch, received none.");
        CheckScalar("Tf.SwitchCase", "an index", index, DType.Int32);
        if (DispatchFrame.Current.Target is Trace outer)
            return Branch.Record(outer, "Tf.SwitchCase", index, all);
        int selected = index.ToScalar<int>();
        return Run(all[selected < 0 || selected >= all.Length ? all.Length - 1 : selected]);
    }

    /// <summary>The first of several computations whose condition holds. Python: <c>tf.case</c>.</summary>
    /// <param name="cases">Conditions, bool, shape [], with what is computed where they are the first that holds; all of one dtype.</param>
    /// <param name="otherwise">What is computed when none holds.</param>
    /// <returns>The result, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">A condition is no scalar of bool, or the branches return different dtypes.</exception>
    public static Tensor Case(IReadOnlyList<(Tensor Condition, Func<Tensor> Branch)> cases, Func<Tensor> otherwise)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(otherwise);
        foreach ((Tensor condition, _) in cases)
            CheckScalar("Tf.Case", "a condition", condition, DType.Bool);
        if (cases.Count == 0)
            return Run(Several(otherwise))[0];
        Tensor index;
        using (TensorScope scope = new())
        {
            // The first maximum of the conditions and a true one behind them.
            Tensor stacked = RawOps.Pack([.. cases.Select(one => one.Condition), Tensor.Scalar(true)]);
            index = scope.Keep(RawOps.ArgMax(RawOps.Cast(stacked, DType.Int32), Tensor.Scalar(0), DType.Int32));
        }

        using (index)
            return SwitchCase(index, [.. cases.Select(one => one.Branch)], otherwise);
    }

    private static Func<IReadOnlyList<Tensor>> Several(Func<Tensor> branch) => () => [branch()];

    /// <summary>Runs a branch eagerly. It may return what belongs to others: the caller receives an owner of its own.</summary>
    private static Tensor[] Run(Func<IReadOnlyList<Tensor>> branch)
    {
        Tensor[] results;
        using (new TensorScope())
            results = [.. branch().Select(result => result.Alias())];
        TensorScope.Register(results);
        return results;
    }

    private static void CheckScalar(string caller, string what, Tensor tensor, DType dtype)
    {
        if (tensor.DType != dtype || (tensor.Shape.HasRank && tensor.Rank != 0))
            throw new TfLbfgsException($"{caller}: expected {what} of {dtype.PythonName}(), received {tensor.Describe()}.");
    }
}
