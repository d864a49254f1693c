using TfLbfgs.RawOpsGenerator;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

public class NamingTests
{
    [Theory]
    [InlineData("a", "a", "A")]
    [InlineData("transpose_a", "transposeA", "TransposeA")]
    [InlineData("seed2", "seed2", "Seed2")]
    [InlineData("T", "t", "T")]
    [InlineData("T1", "t1", "T1")]
    [InlineData("DstT", "dstT", "DstT")]
    [InlineData("OUT_TYPE", "outType", "OutType")]
    [InlineData("TInput", "tInput", "TInput")]
    [InlineData("NumTables", "numTables", "NumTables")]
    [InlineData("Tkey_func_other_arguments", "tkeyFuncOtherArguments", "TkeyFuncOtherArguments")]
    public void ParameterAndProperty_DefinitionName_FollowTheRule(string definition, string parameter, string property)
    {
        Assert.Equal(parameter, Naming.Parameter(definition));
        Assert.Equal(property, Naming.Property(definition));
    }

    [Theory]
    [InlineData("params", "@params")]
    [InlineData("string", "@string")]
    [InlineData("value", "value")]
    public void Escape_Keyword_GetsAnAt(string identifier, string expected) => Assert.Equal(expected, Naming.Escape(identifier));
}
