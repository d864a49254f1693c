using Google.Protobuf;
using TfLbfgs.RawOpsGenerator;
using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;
using TfLbfgs.RawOpsGenerator.Writing;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>What becomes of definitions that no op of today has in this combination.</summary>
public class MethodWriterTests
{
    [Fact]
    public void Write_KeywordsAndDefaults_AreValidCSharp()
    {
        string text = Write(new OpDef
        {
            Name = "Probe",
            InputArg = { new OpDef.Types.ArgDef { Name = "in", TypeAttr = "T" } },
            OutputArg = { new OpDef.Types.ArgDef { Name = "out", TypeAttr = "T" } },
            Attr =
            {
                Attribute("T", "type", null),
                Attribute("string", "string", new AttrValue { S = ByteString.CopyFromUtf8("a\"\\\n") }),
                Attribute("limit", "float", new AttrValue { F = float.NegativeInfinity }),
                Attribute("needed", "int", null),
                Attribute("sizes", "list(int)", new AttrValue { List = new AttrValue.Types.ListValue { I = { 1, 2 } } }),
            },
        });

        Assert.Contains(
            """public static Tensor Probe(Tensor @in, long needed, string @string = "a\"\\\n", float limit = float.NegativeInfinity, IReadOnlyList<long>? sizes = null) =>""", text, StringComparison.Ordinal);
        Assert.Contains(""".Attribute("sizes", sizes ?? [1, 2], isDefault: sizes is null)""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Attribute(\"T\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SeveralLists_CountEachFromItsSource()
    {
        string text = Write(new OpDef
        {
            Name = "Probe",
            InputArg =
            {
                new OpDef.Types.ArgDef { Name = "first", Type = 1, NumberAttr = "N" },
                new OpDef.Types.ArgDef { Name = "second", Type = 1, NumberAttr = "N" },
            },
            OutputArg =
            {
                new OpDef.Types.ArgDef { Name = "copies", Type = 1, NumberAttr = "N" },
                new OpDef.Types.ArgDef { Name = "sum", Type = 1 },
                new OpDef.Types.ArgDef { Name = "others", TypeListAttr = "kinds" },
            },
            Attr = { Attribute("N", "int", null), Attribute("kinds", "list(type)", new AttrValue { List = new AttrValue.Types.ListValue() }) },
        });

        Assert.Contains("RawOpArguments.RequireSameLength(first, second);", text, StringComparison.Ordinal);
        Assert.Contains("int nLength = RawOpArguments.Length(first);", text, StringComparison.Ordinal);
        Assert.Contains("int kindsLength = kinds?.Count ?? 0;", text, StringComparison.Ordinal);
        Assert.Contains("new Operation(\"Probe\", 1 + nLength + kindsLength)", text, StringComparison.Ordinal);
        Assert.Contains(
            "return new ProbeOutputs(RawOpArguments.Take(results, ref next, nLength), results[next++], RawOpArguments.Take(results, ref next, kindsLength));", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_MarkupInDescription_IsEscaped()
    {
        string text = Write(new OpDef { Name = "Probe", Summary = "Takes a<b & c" });

        Assert.Contains("/// <summary>Takes a&lt;b &amp; c.</summary>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Override_RenamesAndDocuments()
    {
        var definition = new OpDef { Name = "Probe", InputArg = { new OpDef.Types.ArgDef { Name = "x", Type = 1 } }, OutputArg = { new OpDef.Types.ArgDef { Name = "y", Type = 1 } } };

        string text = Write(definition, new Overrides("Probe: Probes: twice.", "Probe.x: sample", ""));

        Assert.Contains("/// <summary>Probes: twice.</summary>", text, StringComparison.Ordinal);
        Assert.Contains("Probe([RawOpArgument(\"x\")] Tensor sample)", text, StringComparison.Ordinal);
        Assert.Contains("// Overrides used: Probe\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HiddenOp_IsLeftOutWithItsReason()
    {
        OpCatalog catalog = Catalog(new Overrides("", "", "Probe: it does nothing"), new OpDef { Name = "Probe" });

        Assert.Empty(catalog.Ops);
        Assert.Equal(new LeftOutOp("Probe", "hidden: it does nothing"), Assert.Single(catalog.LeftOut));
    }

    [Fact]
    public void Read_OverrideOfAnUnknownOp_Fails()
    {
        var error = Assert.Throws<GeneratorException>(() =>
            Catalog(new Overrides("Gone: Was here.", "Probe.z: other", ""), new OpDef { Name = "Probe" }));

        Assert.Contains("summary Gone", error.Message, StringComparison.Ordinal);
        Assert.Contains("rename Probe.z", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Probe", "line 1")]
    [InlineData("# comment\nProbe: one\nProbe: two", "line 3")]
    public void Overrides_BadLine_FailsWithItsNumber(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<GeneratorException>(() => new Overrides(text, "", "")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_ParametersOfTheSameName_Fails()
    {
        var definition = new OpDef { Name = "Probe", InputArg = { new OpDef.Types.ArgDef { Name = "t", Type = 1 } }, Attr = { Attribute("T", "int", null) } };

        Assert.Contains("t", Assert.Throws<GeneratorException>(() => Catalog(new Overrides("", "", ""), definition)).Message,
            StringComparison.Ordinal);
    }

    private static OpDef.Types.AttrDef Attribute(string name, string type, AttrValue? value) =>
        new() { Name = name, Type = type, DefaultValue = value };

    private static OpCatalog Catalog(Overrides overrides, OpDef definition) =>
        OpCatalog.Read(new OpListSource("0.0.0", new OpList { Op = { definition } }.ToByteArray()), overrides);

    private static string Write(OpDef definition, Overrides? overrides = null) =>
        FileWriter.Write(Catalog(overrides ?? new Overrides("", "", ""), definition))[0].Content;
}
