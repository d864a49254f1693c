using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>What an <see cref="Execution"/> means to a driver: the one place that maps it to functions.</summary>
/// <param name="IsEager">Whether the C# code runs at each call.</param>
/// <param name="IsCompiled">Whether functions are compiled by XLA.</param>
/// <param name="IsLoop">Whether the whole run is one compiled loop.</param>
internal readonly record struct ExecutionPlan(bool IsEager, bool IsCompiled, bool IsLoop)
{
    /// <summary>For a driver that makes one call per evaluation: a loop is compiled calls there.</summary>
    /// <param name="execution">As chosen; <see cref="Execution.Auto"/> begins by
    /// the executor.</param>
    public static ExecutionPlan ForCalls(Execution execution) => ForRun(execution) with { IsLoop = false };

    /// <summary>For a driver that has a loop too.</summary>
    /// <param name="execution">As chosen.</param>
    public static ExecutionPlan ForRun(Execution execution) =>
        new(execution == Execution.Eager, execution is Execution.Compiled or Execution.CompiledCalls, execution == Execution.Compiled);

    /// <summary>A function as the plan runs it; null where the code itself is to be run.</summary>
    /// <param name="body">The code.</param>
    /// <param name="name">Its name in traces and reports.</param>
    public Function? Function(Func<Tensor[], Tensor[]> body, string name) => IsEager ? null
        : new Function(body, new FunctionOptions { Name = name, Compile = IsCompiled });

    /// <summary>A function that is never compiled, for what takes less time than to compile it, or what XLA does badly.</summary>
    /// <param name="body">The code.</param>
    /// <param name="name">Its name in traces and reports.</param>
    public Function? Uncompiled(Func<Tensor[], Tensor[]> body, string name) => (this with { IsCompiled = false }).Function(body, name);
}
