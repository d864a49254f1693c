using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

public sealed class ScriptRunnerTests : LeakChecked
{
    [Fact]
    public void RunAll_CellsThatBuildOnEachOther_GivesWhatEachPrinted()
    {
        IReadOnlyList<ScriptOutput> outputs = ScriptRunner.RunAll(
        [
            "#r \"nuget: TfLbfgs.Keras\"\nusing TfLbfgs;\nusing TfLbfgs.Tensors;\nusing TfLbfgs.Variables;\nvar x = Tensor.From(new[] { 1.0, 2.0 });",
            "Console.WriteLine((x * x + 1).ToArray<double>()[1]);\nvar variable = new Variable(x); var pair = (x * 2, 3);",
            "class Twice { public static double Of(double v) => 2 * v; }",
            "x.ToArray<double>().Sum(Twice.Of)",
        ]);
        Assert.Equal(["", "5\n", "", ""], outputs.Select(output => output.Printed));
        Assert.Equal([null, null, null, 6.0], outputs.Select(output => output.Value));
    }

    [Fact]
    public void Run_WhatDoesNotCompileOrThrows_NamesTheCell()
    {
        using ScriptRunner runner = new();
        runner.Run("int n = 1;");
        Assert.Contains("cell 2 does not compile", Assert.Throws<ScriptCellException>(() => runner.Run("int m = text;")).Message,
            StringComparison.Ordinal);
        ScriptCellException thrown =
            Assert.Throws<ScriptCellException>(() => runner.Run("Console.Write(\"before\"); throw new Exception(\"no\" + n);"));
        Assert.Contains("cell 3 threw Exception: no1", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("before", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(2, runner.Run("n + 1").Value);
    }
}
