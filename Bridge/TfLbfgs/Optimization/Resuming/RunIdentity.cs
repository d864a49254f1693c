using System.Security.Cryptography;
using System.Text;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>What a state fits: another problem or another method cannot go on with it.</summary>
/// <param name="Count">n, the number of parameters.</param>
/// <param name="DType">The dtype of the vectors.</param>
/// <param name="Layout">A hash of names, shapes and dtypes of the variables; empty where the objective has none.</param>
/// <param name="Method">The direction with its settings, in words.</param>
/// <param name="Execution">How the objective is run.</param>
/// <param name="Route">How variables become a vector; empty where the objective has none.</param>
internal sealed record RunIdentity(long Count, DType DType, string Layout, string Method, Execution Execution, string Route = "")
{
    /// <summary>The hash of an objective's variables.</summary>
    public static string HashOf(Objective objective)
    {
        if (objective.Layout is not { } layout)
            return "";
        string text = string.Join('\n', layout.Slots.Select(slot => $"{slot.Name} {slot.Shape} {slot.DType.PythonName}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Refuses a state that does not fit here.</summary>
    /// <exception cref="TfLbfgsException">It is of another problem or another method; the message names what differs.</exception>
    public void Check(RunIdentity state)
    {
        if (state.Count != Count || state.DType != DType)
            throw Differs($"a vector of {DType.PythonName}({Count},)", $"one of {state.DType.PythonName}({state.Count},)",
                "Use the objective that it was made with.");
        if (state.Layout != Layout)
            throw Differs($"variables with the layout {Short(Layout)}", Short(state.Layout),
                "Names, shapes or order of the variables have changed: build the model as it was.");
        if (state.Method != Method)
            throw Differs($"the method {Method}", state.Method, "Choose its memory length, scaling and direction in the options.");
        if (state.Execution != Execution)
            throw Differs($"Execution.{Execution}", $"Execution.{state.Execution}",
                "The same steps would not be the same bits: choose it in the options.");
        if (state.Route != Route)
            throw Differs($"the route {Route}", state.Route,
                "The same steps would not be the same bits: choose it in the options of the objective.");
    }

    private static string Short(string hash) => hash.Length == 0 ? "of a plain vector" : hash[..Math.Min(hash.Length, 12)];

    private static TfLbfgsException Differs(string expected, string received, string advice) =>
        new($"The state does not fit the minimizer: expected {expected}, received {received}. {advice}");
}
